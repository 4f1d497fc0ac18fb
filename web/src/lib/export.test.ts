import { describe, expect, it } from 'vitest'
import { cellOf, csv, fileName, guarded, type Table } from './export'
import { crc32, letters, sheetNames, workbook } from './xlsx'

const table: Table = {
  title: '月度排放', about: ['青岭矿', '2025 年 1–2 月'],
  columns: [{ title: '月份' }, { title: '乏风 CH₄', unit: '万 tCO₂e', digits: 2 }, { title: '说明' }],
  rows: [['2025-01', 3.245, '=1+1'], ['2025-02', null, 'a "b", c'], ['2025-03', '0.004', '-5']],
}

describe('cells', () => {
  it.each([[null, 2, null], ['', 2, null], ['3.245', 2, 3.25], [1.005, 2, 1.01], [-2.5, 0, -3], [-0.001, 2, '> −0.01'], [0.004, 2, '< 0.01'], [0, 2, 0], [-0, 2, 0], ['x', 2, 'x'], [1e21, 2, 1e21]] as const)('%s with %i digits is %s', (v, digits, want) =>
    expect(cellOf(v, { title: '', digits })).toBe(want))
  it.each([['=A1', "'=A1"], ['+1', "'+1"], ['-1', "'-1"], ['@x', "'@x"], ['\tx', "'\tx"], ['a=b', 'a=b']])('%s is written %s', (v, want) => expect(guarded(v)).toBe(want))
})

describe('CSV', () => {
  it('begins with a mark of UTF-8, rounds as the screen does, and takes no formula', () => {
    expect(csv(table)).toBe('\ufeff月份,乏风 CH₄ (万 tCO₂e),说明\r\n2025-01,3.25,\'=1+1\r\n2025-02,,"a ""b"", c"\r\n2025-03,< 0.01,\'-5\r\n\r\n月度排放\r\n青岭矿\r\n2025 年 1–2 月\r\n')
  })
  it('has a name that file systems take', () => expect(fileName('a/b:c', '', '2025-01..2025-02')).toBe('a-b-c 2025-01..2025-02'))
})

describe('XLSX', () => {
  it('counts as ZIP does', () => expect(crc32(new TextEncoder().encode('123456789'))).toBe(0xcbf43926))
  it.each([[0, 'A'], [25, 'Z'], [26, 'AA'], [701, 'ZZ'], [702, 'AAA']])('column %i is %s', (i, want) => expect(letters(i)).toBe(want))
  it('gives every sheet a name of its own', () => expect(sheetNames(['a/b', 'A b', 'x'.repeat(40), ''])).toEqual(['a b', 'A b 2', 'x'.repeat(28), '4']))
  it('holds numbers as numbers and texts as texts', () => {
    const text = new TextDecoder().decode(workbook([table]))
    expect(text).toContain('<c r="B2" s="4"><v>3.25</v></c>')
    expect(text).toContain('<t xml:space="preserve">=1+1</t>')
    expect(text).not.toContain('r="B3"')
    expect(text).toContain('<sheet name="月度排放" sheetId="1" r:id="rId1"/>')
  })
  it('is the same bytes for the same table', () => expect(workbook([table])).toEqual(workbook([table])))
})
