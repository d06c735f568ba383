/** Hosts are chosen by strangers: which of them are asked, and at which address. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { addressOf, hostOf, isPublic } from '../../../ingest/providers/address.ts'

test.each([
  ['https://provider.example.com:8443', 'provider.example.com'],
  ['https://Provider.Example.COM', 'provider.example.com'],
  ['https://provider.example.com:443/', 'provider.example.com'],
  ['provider.example.com:8443', 'provider.example.com'],
  ['provider.example.com', 'provider.example.com'],
  ['  https://provider.example.com:8443  ', 'provider.example.com'],
  ['https://provider.example.com.:8443', 'provider.example.com'],
  ['https://93.184.215.14:8443', '93.184.215.14'],
  ['93.184.215.14', '93.184.215.14'],
  ['https://93-184-215-14.nip.io:8443', '93-184-215-14.nip.io'],
  ['https://[2606:4700::6810:84e5]:8443', '2606:4700::6810:84e5'],
  // Spellings of 127.0.0.1 and 169.254.169.254, brought to the usual one, which is then refused.
  ['https://2130706433:8443', '127.0.0.1'],
  ['https://0x7f.1:8443', '127.0.0.1'],
  ['https://0177.0.0.1:8443', '127.0.0.1'],
  ['https://127.1:8443', '127.0.0.1'],
  ['https://0xA9FEA9FE', '169.254.169.254'],
  ['https://１２７.０.０.１', '127.0.0.1'],
  ['https://[::ffff:7f00:1]', '::ffff:7f00:1'],
  ['https://bücher.example', 'xn--bcher-kva.example']
])('%s is %s', (uri, host) => {
  expect(hostOf(uri)).toBe(host)
})

test.each([
  ['http://provider.example.com:8443', 'uri', /is not https/],
  ['ftp://provider.example.com', 'uri', /is not https/],
  ['file:///etc/passwd', 'uri', /is not https/],
  ['https://user:pass@provider.example.com:8443', 'uri', /user or password/],
  ['https://user@provider.example.com:8443', 'uri', /user or password/],
  ['https://', 'uri', /is none/],
  ['', 'uri', /is none/],
  ['https://999.999.999.999', 'uri', /is none/],
  ['https://a b.example', 'uri', /is none/],
  ['https://provider.example.com:22', 'port', /names port 22; providers have 8443/],
  ['https://provider.example.com:8444', 'port', /names port 8444/],
  ['provider.example.com:80', 'port', /names port 80/],
  [`https://x\u0000\u001b[31m.example:1`, 'uri', /^its address 'https:\/\/x \[31m\.example:1' is none$/]
])('%s is refused', (uri, fault, message) => {
  expect(() => hostOf(uri)).toThrow(
    expect.objectContaining({ fault, message: expect.stringMatching(message) as string }) as Error
  )
})

const INSIDE = [
  '0.0.0.0', '0.1.2.3', '10.0.0.1', '10.255.255.255', '100.64.0.1', '100.100.100.200', '100.127.255.255', '127.0.0.1', '127.255.255.254',
  '169.254.169.254', '169.254.0.1', '172.16.0.1', '172.31.255.255', '192.0.0.192', '192.0.2.1', '192.88.99.1', '192.168.1.1', '198.18.0.1',
  '198.19.255.255', '198.51.100.7', '203.0.113.9', '224.0.0.1', '239.255.255.250', '240.0.0.1', '255.255.255.255', '168.63.129.16',
  '::', '::1', '::7f00:1', '::a00:1', '::ffff:127.0.0.1', '::ffff:10.0.0.1', '::ffff:8.8.8.8', '::ffff:7f00:1', '0:0:0:0:0:ffff:0a00:0001',
  '64:ff9b::7f00:1', '64:ff9b::8.8.8.8', '64:ff9b:1::1', '100::1', '2001::1', '2001:0:7f00:1::', '2001:10::1', '2001:20::1', '2001:db8::1',
  '2002:7f00:1::', '2002:a9fe:a9fe::1', '3fff::1', '5f00::1', 'fc00::1', 'fd00:ec2::254', 'fdff::1', 'fe80::1', 'fe80::1%eth0', 'febf::1',
  'fec0::1', 'ff02::1', 'ff0e::1', '2606:4700::1%lo', 'localhost', '', '2130706433', '0x7f.1', '127.1'
] // prettier-ignore
const OUTSIDE = [
  '1.1.1.1', '8.8.8.8', '9.255.255.255', '11.0.0.0', '93.184.215.14', '100.63.255.255', '100.128.0.0', '126.255.255.255', '128.0.0.1',
  '169.253.255.255', '169.255.0.0', '172.15.255.255', '172.32.0.0', '192.0.1.1', '192.167.255.255', '192.169.0.0', '198.17.255.255',
  '198.20.0.0', '223.255.255.255', '2606:4700::6810:84e5', '2a00:1450:4001:81b::200e', '2001:4860:4860::8888', '2003::1', '3ffe::1'
] // prettier-ignore

test.each(INSIDE)('%s is not of the public internet', (address) => {
  expect(isPublic(address)).toBe(false)
})
test.each(OUTSIDE)('%s is', (address) => {
  expect(isPublic(address)).toBe(true)
})

test('no form of an inside IPv4 address gets through, whatever carries it', async () => {
  const inside = fc
    .tuple(fc.constantFrom([127, 8], [10, 8], [192 * 256 + 168, 16], [169 * 256 + 254, 16], [0, 8], [14, 4]), fc.nat(2 ** 28 - 1))
    .map(([[net = 0, bits = 8], rest]) => (net * 2 ** (32 - bits) + (rest % 2 ** (32 - bits))) >>> 0)
  await fc.assert(
    fc.asyncProperty(inside, fc.nat(9), async (n, form) => {
      const [a, b, c, d] = [n >>> 24, (n >>> 16) & 255, (n >>> 8) & 255, n & 255]
      const [high, low] = [(n >>> 16).toString(16), (n & 0xffff).toString(16)]
      const text = [
        `${a}.${b}.${c}.${d}`, String(n), `0x${n.toString(16)}`, `0${n.toString(8)}`, `${a}.${n & 0xffffff}`, `0x${a.toString(16)}.${b}.${n & 0xffff}`,
        `[::ffff:${high}:${low}]`, `[::${high}:${low}]`, `[64:ff9b::${high}:${low}]`, `[2002:${high}:${low}::1]`
      ][form] // prettier-ignore
      const lookup = (): Promise<string[]> => Promise.reject(new Error('looked up'))
      await expect(addressOf(hostOf(`https://${text}:8443`), lookup)).rejects.toMatchObject({ fault: 'address' })
    }),
    { numRuns: 400 }
  )
})

test('all addresses of a name are checked, and one of them is given, IPv4 first', async () => {
  const of = (...addresses: string[]) => addressOf('p.example', () => Promise.resolve(addresses))
  await expect(of('2606:4700::1', '8.8.8.8')).resolves.toBe('8.8.8.8')
  await expect(of('2606:4700::1')).resolves.toBe('2606:4700::1')
  await expect(of('8.8.8.8', '10.0.0.1')).rejects.toMatchObject({
    fault: 'address',
    message: 'p.example leads to 10.0.0.1, which is not on the public internet'
  })
  await expect(of('8.8.8.8', '::1')).rejects.toMatchObject({ fault: 'address' })
  await expect(of('not an address')).rejects.toMatchObject({ fault: 'address' })
  await expect(of()).rejects.toMatchObject({ fault: 'unresolved', message: 'p.example has no address' })
  await expect(addressOf('p.example', () => Promise.reject(new Error('queryA ENOTFOUND p.example')))).rejects.toMatchObject({
    fault: 'unresolved',
    message: 'p.example cannot be resolved: queryA ENOTFOUND p.example'
  })
})

test('an address is not looked up', async () => {
  await expect(addressOf('8.8.4.4', () => Promise.reject(new Error('looked up')))).resolves.toBe('8.8.4.4')
})
