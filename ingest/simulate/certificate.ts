/**
 * Self-signed certificates for simulated providers. Node can read X.509 but not write it, and the libraries that can bring 18 packages: what
 * a certificate of one key and no extensions takes is written here. RFC 5280 (https://www.rfc-editor.org/rfc/rfc5280#section-4.1), in DER.
 */
import { generateKeyPairSync, randomBytes, sign } from 'node:crypto'

const SEQUENCE = 0x30
const SET = 0x31
const INTEGER = 0x02
const BIT_STRING = 0x03
const OBJECT_ID = 0x06
const UTF8_STRING = 0x0c
const GENERALIZED_TIME = 0x18
const CONTEXT_0 = 0xa0

/** ecdsa-with-SHA256, 1.2.840.10045.4.3.2. */
const ECDSA_SHA256 = Buffer.from('2a8648ce3d040302', 'hex')
/** commonName, 2.5.4.3. */
const COMMON_NAME = Buffer.from('550403', 'hex')

function der(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(parts)
  const digits = body.length.toString(16)
  const length = Buffer.from(digits.padStart(digits.length + (digits.length % 2), '0'), 'hex')
  return Buffer.concat([
    body.length < 0x80 ? Buffer.from([tag, body.length]) : Buffer.from([tag, 0x80 | length.length, ...length]),
    body
  ])
}

/** A time from 2050 on is generalized by the RFC; before it too by all readers there are. */
const time = (ms: number): Buffer =>
  der(GENERALIZED_TIME, Buffer.from(new Date(ms).toISOString().replace(/[-:T]|\.\d+/g, ''), 'latin1'))

/**
 * A new key and a certificate for it, as PEM.
 * @param from first moment at which it holds, milliseconds since 1970
 * @param to last such moment
 */
export function selfSigned(name: string, from: number, to: number): { readonly key: string; readonly cert: string } {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const algorithm = der(SEQUENCE, der(OBJECT_ID, ECDSA_SHA256))
  const subject = der(SEQUENCE, der(SET, der(SEQUENCE, der(OBJECT_ID, COMMON_NAME), der(UTF8_STRING, Buffer.from(name)))))
  // Positive, without a leading zero byte.
  const serial = Buffer.from([0x01, ...randomBytes(15)])
  const body = der(
    SEQUENCE,
    der(CONTEXT_0, der(INTEGER, Buffer.from([2]))),
    der(INTEGER, serial),
    algorithm,
    subject,
    der(SEQUENCE, time(from), time(to)),
    subject,
    publicKey.export({ type: 'spki', format: 'der' })
  )
  const signature = sign('sha256', body, privateKey)
  const whole = der(SEQUENCE, body, algorithm, der(BIT_STRING, Buffer.from([0]), signature))
  const lines = whole.toString('base64').match(/.{1,64}/g) ?? []
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`
  }
}
