import { Refusal } from './refusal.ts'

/** Says what can be done about a refusal, by its status. */
export async function withHint<T>(asked: Promise<T>, hints: Readonly<Record<number, string>>): Promise<T> {
  try {
    return await asked
  } catch (error) {
    const mend = error instanceof Refusal ? hints[error.status] : undefined
    if (!(error instanceof Refusal) || error.problem === undefined || mend === undefined) throw error
    throw new Refusal(error.status, error.message, { mend, problem: error.problem })
  }
}

export const whichCampaign = { 404: '`aftercall campaign list` names those there are' }
