/** What whoever asks for a page may give, without knowing how the ledger reads it. */
export { isPageCursor } from '../ledger/page.ts'
