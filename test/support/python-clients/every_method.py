"""Calls every public method of kafka-connect-py's client once at least; prints what they returned as JSON.

Arguments: the worker's URL, a connector's name, its configuration as JSON.
"""
import json
import sys
import time

from kafka_connect import KafkaConnect
from requests.exceptions import HTTPError

url, name, config = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
called = set()


class Watched:
    def __init__(self, client):
        self.client = client

    def __getattr__(self, method):
        called.add(method)
        return getattr(self.client, method)


client = Watched(KafkaConnect(url))
results = {}


def has(state, tasks=1):
    """Waits until the connector and its tasks are in this state."""
    status = None
    for _ in range(200):
        try:
            status = client.get_connector_status(name)
        except HTTPError:  # Nobody runs it yet.
            time.sleep(0.05)
            continue
        states = [status["connector"]["state"]] + [task["state"] for task in status["tasks"]]
        if set(states) == {state} and len(states) == tasks + 1:
            return status
        time.sleep(0.05)
    raise AssertionError(f"never {state}: {status}")


results["info"] = client.get_cluster_info()
results["created"] = client.create_connector({"name": name, "config": config})
has("RUNNING")
results["listed"] = client.list_connectors(pattern=name)
results["expanded"] = client.list_connectors(expand="info", pattern=name)
results["running"] = client.list_connectors(pattern=name, state="RUNNING")
results["updated"] = client.update_connector(name, {**config, "batch.size": "7"})
has("RUNNING")
results["got"] = client.get_connector(name)
results["config"] = client.get_connector_config(name)
results["tasks"] = client.list_connector_tasks(name)
for _ in range(200):
    results["task"] = client.get_connector_task_status(name, 0)
    if results["task"]["state"] == "RUNNING":
        break
    time.sleep(0.05)
client.restart_connector_task(name, 0)
has("RUNNING")
results["restarted"] = client.restart_connector(name)
results["restartedWithTasks"] = client.restart_connector(name, include_tasks=True)
has("RUNNING")
client.restart_all_connectors(pattern=name)
has("RUNNING")
client.pause_connector(name)
results["paused"] = has("PAUSED")
client.resume_all_connectors(pattern=name, state="PAUSED")
has("RUNNING")
client.pause_all_connectors(pattern=name)
has("PAUSED")
client.resume_connector(name)
has("RUNNING")
for _ in range(200):
    results["topics"] = client.list_connector_topics(name)
    if results["topics"][name]["topics"]:
        break
    time.sleep(0.05)
client.reset_connector_topics(name)
client.stop_connector(name)
results["stopped"] = has("STOPPED", 0)
client.resume_connector(name)
has("RUNNING")
client.stop_all_connectors(pattern=name)
has("STOPPED", 0)
results["plugins"] = client.list_connector_plugins()
results["valid"] = client.validate_connector_config("FileStreamSource", {**config, "name": name})
results["invalid"] = client.validate_connector_config("FileStreamSource", {**config, "tasks.max": "x"})
client.delete_connector(name)
client.create_connector({"name": name, "config": config})
has("RUNNING")  # What has no status yet isn't in the list that the client goes through.
client.delete_all_connectors(pattern=name)
results["left"] = client.list_connectors(pattern=name)
results["refused"] = {}
for what, ask in {
    "missing": lambda: client.get_connector(name),
    "invalid": lambda: client.create_connector({"name": name, "config": {**config, "tasks.max": "x"}}),
    "restart": lambda: client.restart_connector(name),
}.items():
    try:
        ask()
    except Exception as error:
        results["refused"][what] = str(error)
public = {method for method in dir(KafkaConnect) if not method.startswith("_")}
results["untouched"] = sorted(public - called)
print(json.dumps(results))
