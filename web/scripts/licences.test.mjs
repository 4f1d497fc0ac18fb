import { describe, expect, it } from 'vitest'
import { kindOf, notices } from './licences.mjs'

describe('licences', () => {
  it('knows a licence by its words', () => {
    expect(kindOf('Apache License\n Version 2.0, January 2004')).toBe('Apache-2.0')
    expect(kindOf('Permission is hereby granted, free of charge, to any person')).toBe('MIT')
    expect(kindOf('Redistribution and use in source and binary forms … Neither the name of')).toBe('BSD-3-Clause')
    expect(kindOf('Redistribution and use in source and binary forms')).toBe('BSD-2-Clause')
    expect(kindOf('all rights reserved')).toBe('')
  })
  it('tells every package with its terms, and none that would bind the program', () => {
    const { packages, texts } = notices()
    expect(packages.length).toBeGreaterThan(20)
    expect(packages.map((p) => p.name)).toContain('vue')
    expect(packages.map((p) => p.name)).not.toContain('vitest')
    for (const p of packages) {
      expect(p.licence, p.name).not.toMatch(/GPL/)
      for (const i of p.texts) expect(texts[i], p.name).toBeTruthy()
    }
  })
})
