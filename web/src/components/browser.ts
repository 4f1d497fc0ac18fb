const names: [RegExp, string][] = [[/Edg\//, 'Edge'], [/360/i, '360'], [/OPR\//, 'Opera'], [/Firefox\//, 'Firefox'], [/HeadlessChrome|Chrome\//, 'Chrome'], [/Safari\//, 'Safari'], [/curl\//, 'curl']]
const systems: [RegExp, string][] = [[/Windows/, 'Windows'], [/Android/, 'Android'], [/iPhone|iPad/, 'iOS'], [/Mac OS/, 'macOS'], [/Kylin/i, 'Kylin'], [/Linux/, 'Linux']]

/** The browser and the system that a user agent tells, short; what is unknown stays as it is. */
export function browserOf(agent: string): string {
  const [name, system] = [names, systems].map((list) => list.find(([pattern]) => pattern.test(agent))?.[1])
  return [name, system].filter(Boolean).join(' · ') || agent.slice(0, 60)
}
