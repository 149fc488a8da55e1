import { expect, test } from 'vitest'
import { describeServer } from './settings.ts'

test.each([
  ['# Server\r\nredis_version:7.2.4\r\nredis_mode:standalone\r\n', 'Redis 7.2.4'],
  ['# Server\r\nredis_version:7.2.4\r\nserver_name:valkey\r\nvalkey_version:8.1.0\r\n', 'Valkey 8.1.0'],
  ['# Server\r\n', 'Redis of unknown version'],
])('%j is %s', (info, name) => {
  expect(describeServer(info)).toBe(name)
})
