import { describe, expect, it } from 'vitest'
import { addChannel, giveColumn, given } from './mapping'

const wide = `[mapping]
kind = "readings"

[time]
column = "t"

[[column]]
name = "电量"
point = "main"
unit = "MWh"

# a second one
[[column]]
name = 'b "x"'
scale = "1/10"
point = "other"
`

describe('mapping', () => {
  it('tells which column is which point', () => {
    expect([...given(wide)]).toEqual([['电量', { point: 'main', unit: 'MWh' }], ['b "x"', { point: 'other', unit: '' }]])
    expect(given('').size).toBe(0)
  })
  it('changes a column and keeps what else is written of it', () => {
    const next = giveColumn(wide, 'b "x"', { point: 'third', unit: 'kWh' })
    expect(given(next).get('b "x"')).toEqual({ point: 'third', unit: 'kWh' })
    expect(next).toContain('scale = "1/10"')
    expect(next).toContain('# a second one')
    expect(given(next).get('电量')).toEqual({ point: 'main', unit: 'MWh' })
  })
  it('adds and takes away', () => {
    const more = giveColumn(wide, 'new "one"', { point: 'p', unit: '' })
    expect(given(more).get('new "one"')).toEqual({ point: 'p', unit: '' })
    const less = giveColumn(more, '电量', undefined)
    expect([...given(less).keys()]).toEqual(['b "x"', 'new "one"'])
    expect(less).toContain('column = "t"')
    expect(giveColumn(wide, 'none', undefined)).toBe(wide)
  })
  it('adds a channel behind all there is', () => {
    expect(addChannel('[device]\nprotocol = "mqtt"', 'a/b', { point: 'p', unit: '%' })).toBe('[device]\nprotocol = "mqtt"\n\n[[channel]]\nname = "a/b"\npoint = "p"\nunit = "%"\n')
  })
})
