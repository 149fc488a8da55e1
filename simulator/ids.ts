/**
 * Makes ids that no other life of the simulator makes: a vendor never gives one id to two things, so a run against data
 * of an earlier run must not meet its ids again, whatever the seed. `life` is random and short.
 */
export function createIds(life: string): (prefix: string) => string {
  let count = 0
  return prefix => {
    count += 1
    return `${prefix}_${life}${count.toString(36).padStart(6, '0')}`
  }
}
