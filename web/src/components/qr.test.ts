import { encode } from 'uqr'
import { describe, expect, it } from 'vitest'
import { pathOf } from './qr'

describe('the path of a QR code', () => {
  it('joins the dark modules of a row', () => {
    expect(pathOf([[true, true, false], [false, false, false], [true, false, true]])).toEqual({ path: 'M0 0h2v1H0zM0 2h1v1H0zM2 2h1v1H2z', size: 3 })
  })
  it('draws every dark module of a real code once, inside a light border', () => {
    const { data, size } = encode('otpauth://totp/Lingtan:li.wei?secret=JBSWY3DPEHPK3PXP&issuer=Lingtan', { ecc: 'M', border: 4 })
    const area = [...pathOf(data).path.matchAll(/h(\d+)/g)].reduce((sum, m) => sum + Number(m[1]), 0)
    expect(area).toBe(data.flat().filter(Boolean).length)
    expect(pathOf(data).size).toBe(size)
    expect(data.slice(0, 4).flat().some(Boolean)).toBe(false)
  })
})
