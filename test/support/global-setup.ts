/** Starts what the tests share. Filled by the stack. */
export default function setup(): void {}
