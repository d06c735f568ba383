/**
 * Dates of upgrades of the public network, where they are known to the day or to a few: heights are exact, times are noon of the (middle)
 * day. Heights: https://github.com/cosmos/chain-registry, akash/versions.json; dates: release notes and announcements of the upgrades.
 */
const DAY = 86_400
const on = (height: number, upgrade: string, day: string, days: number) => ({
  height,
  time: `${day}T12:00:00.000000Z`,
  error_s: days * DAY,
  source: `upgrade ${upgrade}, dated by its announcement`
})

export const UPGRADE_DATES = [
  on(12_606_074, 'v0.24.0', '2023-08-31', 1.5),
  on(12_992_204, 'v0.26.0', '2023-09-27', 1.5),
  on(13_759_618, 'v0.28.0', '2023-11-20', 1.5),
  on(13_880_774, 'v0.30.0', '2023-11-28', 1.5),
  on(15_414_427, 'v0.32.0', '2024-03-13', 1.5),
  on(16_133_283, 'v0.34.0', '2024-05-15', 17),
  on(16_708_237, 'v0.36.0', '2024-06-15', 17),
  on(20_608_553, 'v0.38.0', '2025-03-15', 17),
  on(23_939_793, 'v1.0.0', '2025-10-28', 2),
  on(24_332_547, 'v1.1.0', '2025-11-24', 1.5),
  on(26_063_777, 'v2.0.0', '2026-03-23', 1.5)
] as const
