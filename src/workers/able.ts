import type { Provider } from '../clients/ports.ts'
import { RejectedError } from '../errors.ts'

type Ability = 'createLead' | 'findLeads' | 'sendText' | 'firePixel' | 'patchLead' | 'patchSubmission'

const abilities: Record<Ability, string> = {
  createLead: 'takes no new leads',
  findLeads: 'does not let leads be looked up',
  sendText: 'sends no texts',
  firePixel: 'fires no pixels',
  patchLead: 'takes no changes of its leads',
  patchSubmission: 'takes no changes of its submissions',
}

/**
 * A vendor that can do what is asked of it. Campaign files that ask for more do not load; what was planned before they
 * changed may still come here.
 * @throws RejectedError (`NOT_SUPPORTED`)
 */
export function able<A extends Ability>(
  provider: Provider,
  name: string,
  ...asked: A[]
): Provider & Required<Pick<Provider, A>> {
  for (const ability of asked) {
    if (provider[ability] !== undefined) continue
    throw new RejectedError(`${name} ${abilities[ability]}`, { code: 'NOT_SUPPORTED' })
  }
  return provider as Provider & Required<Pick<Provider, A>>
}
