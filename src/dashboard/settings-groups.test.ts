import { expect, test } from 'vitest'
import { settingGroups } from './settings-groups.ts'

test.each([
  [{ isSecret: true, count: 0 }, undefined, 'not set'],
  [{ isSecret: true, count: 1 }, undefined, 'set (1 value)'],
  [{ isSecret: true, count: 3 }, undefined, 'set (3 values)'],
  [{ isSecret: false, value: undefined, isDefault: true }, undefined, 'not set'],
  [{ isSecret: false, value: 'P90D', isDefault: true }, 'P90D', 'default'],
  [{ isSecret: false, value: 'P30D', isDefault: false }, 'P30D', undefined],
] as const)('%j is shown as %s, %s', (standing, value, says) => {
  const setting = { name: 'RETENTION', meaning: 'as `/readyz` says', ...standing }
  expect(settingGroups([setting])).toEqual([
    {
      name: 'Data',
      rows: [
        {
          ...{ name: 'RETENTION', value, standing: says },
          meaning: [
            { text: 'as ', isCode: false },
            { text: '/readyz', isCode: true },
            { text: ' says', isCode: false },
          ],
        },
      ],
    },
  ])
})

test('a setting that no group knows is not lost', () => {
  expect(settingGroups([{ name: 'NEW', meaning: '', isSecret: true, count: 0 }]).map(({ name }) => name)).toEqual([
    'Others',
  ])
})
