/** A formula that can't be read or worked out: its text is wrong, or it uses what the sandbox doesn't have. */
export class FormulaError extends Error {}

/** What Salesforce shows as `#Error!`: a division by zero, a text that is no number. */
export class FormulaValueError extends FormulaError {}
