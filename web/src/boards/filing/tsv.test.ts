import { describe, expect, it } from 'vitest'
import { mostRows, readBlock, writeBlock } from './tsv'

describe('readBlock', () => {
  it.each<[string, string, string[][]]>([
    ['one value', '5', [['5']]],
    ['CRLF with one break at the end', '1\t2\r\n3\t4\r\n', [['1', '2'], ['3', '4']]],
    ['an empty row is kept', '1\n\n2\n', [['1'], [''], ['2']]],
    ['empty cells', '\t5\t\n', [['', '5', '']]],
    ['quoted with a break and a quote', '"a ""b""\nc"\t2\n', [['a "b"\nc', '2']]],
    ['a quote inside is itself', '5"\t6', [['5"', '6']]],
    ['a quote that is not closed', '"a\tb', [['a\tb']]],
    ['old Macs', '1\r2\r', [['1'], ['2']]],
    ['nothing', '', []],
  ])('%s', (_, text, want) => expect(readBlock(text)).toEqual(want))

  it('takes no more than it must', () => expect(readBlock('1\n'.repeat(mostRows + 50))).toHaveLength(mostRows))
  it('reads what it wrote', () => {
    const block = [['1,234', 'a\tb'], ['"', '']]
    expect(readBlock(writeBlock(block))).toEqual(block)
  })
})
