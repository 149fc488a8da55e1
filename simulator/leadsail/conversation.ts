import { pick, type Random, randomOf } from '../random.ts'

interface Turn {
  role: 'agent' | 'user'
  message: string
}

/** What decides the words of a call. */
interface Spoken {
  status: string
  spokenTo: boolean
  voice: number
  firstName: string
}

const openings = [
  'Hi {name}, this is Riley calling about the quote you asked for online. Is now a good time?',
  'Hello, may I speak with {name}? This is Riley, following up on your request from our website.',
  'Hi {name}, Riley here. You filled in our form a little earlier and I wanted to help you with that.',
] as const

const greetings = ['Yes, this is {name}.', 'Speaking. Who is this?', 'Hi, yes, I remember filling that in.'] as const

const questions = [
  'Great. Do you own the home, and how old is the roof roughly?',
  'Thanks. Are you looking to get this done in the next few weeks or later on?',
  'Perfect. Could you tell me in a sentence what you are looking for?',
] as const

type Ending = readonly [answer: string, close: string]

/** How a talk goes on by what it ends as; every status not named here ends like `completed`. */
const endings: Record<string, readonly [Ending, ...Ending[]]> = {
  completed: [
    ['We are still comparing, but send me the details.', 'Will do. You will have an email in a few minutes.'],
    ['Mostly I wanted to know what it costs.', 'That depends on the size; I have noted your questions for the team.'],
  ],
  qualified: [
    [
      'We own it, about twenty years old, and we want it done this month.',
      'Wonderful, I will have a specialist send you an estimate.',
    ],
    [
      'Yes, we are ready to go ahead and the budget is approved.',
      'Excellent, then I will book the quote visit for you.',
    ],
    ['As soon as possible, it leaks.', 'Understood, we will get somebody out to you with a quote.'],
  ],
  disqualified: [
    [
      'We are renting, so it is not really up to us.',
      'I see, then we cannot help with this one. Thanks for your time.',
    ],
    ['We already had it done by somebody else.', 'Good to hear it is taken care of. Have a nice day.'],
  ],
  incomplete: [
    ['Sorry, you are breaking up, I am about to…', 'Hello? Are you still there?'],
    ['One second, somebody is at the…', 'Of course, I will wait. Hello?'],
  ],
  scheduled_callback: [
    ['I am at work, could you call me tomorrow after five?', 'Of course, I have put you down for tomorrow after five.'],
    ['Not now, try me next week please.', 'No problem, we will call you back next week.'],
  ],
  follow_up: [
    ['I have to talk to my husband first.', 'That makes sense. We will check in with you again.'],
    ['Can you text me the price range?', 'Sure, I will have that sent to you.'],
  ],
  dnc: [
    ['Please do not call me again.', 'I apologise, I am taking you off our list right now.'],
    ['Stop calling this number. I never asked for this.', 'I am sorry about that. You will not hear from us again.'],
  ],
}

const summaries: Record<string, readonly [string, ...string[]]> = {
  completed: [
    '{name} is comparing offers and asked for details by email.',
    '{name} asked about cost; questions noted.',
  ],
  qualified: [
    '{name} owns the home, wants the work soon and asked for a quote.',
    '{name} is ready to go ahead and expects an estimate this week.',
  ],
  disqualified: ['{name} rents the home and cannot decide.', '{name} already had the work done elsewhere.'],
  incomplete: ['The call with {name} dropped before the questions were answered.'],
  scheduled_callback: ['{name} was busy and asked for a callback.'],
  follow_up: ['{name} wants to talk it over first; follow up later.'],
  voicemail: ['Reached the voicemail of {name} and left a message.'],
  no_answer: ['{name} did not answer.'],
  no_contact: ['{name} could not be reached in any attempt.'],
  busy: ['The line was busy.'],
  dnc: ['{name} asked not to be called again.'],
}

const reasons: Record<string, string> = {
  voicemail: 'voicemail_detected',
  no_answer: 'no_answer',
  no_contact: 'no_answer',
  busy: 'busy',
  incomplete: 'connection_lost',
}

/** A believable short talk in keeping with how the call ended; empty when nobody answered. */
export function transcriptOf(call: Spoken): Turn[] {
  const random = randomOf(call.voice, 'words')
  const say = (role: Turn['role'], message: string): Turn => ({
    role,
    message: message.replaceAll('{name}', call.firstName),
  })
  if (call.status === 'voicemail') {
    return [
      say('user', 'You have reached the voicemail of {name}. Please leave a message after the tone.'),
      say('agent', 'Hi {name}, this is Riley about the quote you asked for. I will try you again soon.'),
    ]
  }
  if (!call.spokenTo) return []
  const [answer, close] = pickFrom(random, endings, call.status)
  return [
    say('agent', pick(random, openings)),
    say('user', pick(random, greetings)),
    say('agent', pick(random, questions)),
    say('user', answer),
    say('agent', close),
  ]
}

/** The summary that LeadSail's analysis writes after the call. */
export function summaryOf(call: Spoken): string {
  return pickFrom(randomOf(call.voice, 'summary'), summaries, call.status).replaceAll('{name}', call.firstName)
}

/** LeadSail publishes no values; these are of the kind that voice platforms use. */
export function terminationOf(call: Spoken): string {
  return reasons[call.status] ?? pick(randomOf(call.voice, 'end'), ['user_hangup', 'agent_hangup'])
}

function pickFrom<Choice>(
  random: Random,
  choices: Record<string, readonly [Choice, ...Choice[]]>,
  status: string,
): Choice {
  const found = choices[status] ?? choices['completed']
  if (found === undefined) throw new Error('no words for a completed call')
  return pick(random, found)
}
