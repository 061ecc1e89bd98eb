/** Bodies of messages, by the sections of [MS-SMB2] that define them. Offsets inside messages count from the header. */
import type { ByteRange } from '../abilities.ts';
import type { RemoteFile } from '../destination.ts';
import { HEADER_BYTES, type SmbReply } from './smb-connection.ts';

/** Kinds of information, by type and class ([MS-FSCC] 2.4 and 2.5). */
export const INFORMATION = {
  rename: { type: 1, class: 10 },
  disposition: { type: 1, class: 13 },
  space: { type: 2, class: 7 },
} as const;

type Information = (typeof INFORMATION)[keyof typeof INFORMATION];

const FILE_ID_BYTES = 16;
const IMPERSONATION = 2;
const SHARE_ALL = 7;
const DIRECTORY_CLASS = 1;
const LONGEST_INFORMATION = 4096;

/** 2.2.13. */
export function createRequest(
  path: string,
  {
    access,
    disposition,
    kind,
  }: { readonly access: number; readonly disposition: number; readonly kind: number },
): Buffer {
  const name = Buffer.from(path, 'utf16le');
  const fixed = Buffer.alloc(56);
  fixed.writeUInt16LE(57, 0);
  fixed.writeUInt32LE(IMPERSONATION, 4);
  fixed.writeUInt32LE(access, 24);
  fixed.writeUInt32LE(SHARE_ALL, 32);
  fixed.writeUInt32LE(disposition, 36);
  fixed.writeUInt32LE(kind, 40);
  fixed.writeUInt16LE(HEADER_BYTES + fixed.length, 44);
  fixed.writeUInt16LE(name.length, 46);
  // At least one byte follows, also for the share itself, which has no name.
  return Buffer.concat([fixed, name.length === 0 ? Buffer.alloc(1) : name]);
}

/** The answer to `createRequest`. */
export function readOpened(message: Buffer): { readonly id: Buffer; readonly sizeBytes: number } {
  const answer = message.subarray(HEADER_BYTES);
  return {
    id: Buffer.from(answer.subarray(64, 64 + FILE_ID_BYTES)),
    sizeBytes: Number(answer.readBigUInt64LE(48)),
  };
}

/** 2.2.15. */
export function closeRequest(id: Buffer): Buffer {
  const body = Buffer.alloc(24);
  body.writeUInt16LE(24, 0);
  id.copy(body, 8);
  return body;
}

/** 2.2.17. */
export function flushRequest(id: Buffer): Buffer {
  return closeRequest(id);
}

/** 2.2.19. */
export function readRequest(id: Buffer, { offset, length }: ByteRange): Buffer {
  const body = Buffer.alloc(49);
  body.writeUInt16LE(49, 0);
  body.writeUInt8(HEADER_BYTES + 16, 2);
  body.writeUInt32LE(length, 4);
  body.writeBigUInt64LE(BigInt(offset), 8);
  id.copy(body, 16);
  body.writeUInt32LE(1, 32);
  return body;
}

/** 2.2.21. */
export function writeRequest(id: Buffer, offset: number, bytes: Buffer): readonly Buffer[] {
  const fixed = Buffer.alloc(48);
  fixed.writeUInt16LE(49, 0);
  fixed.writeUInt16LE(HEADER_BYTES + fixed.length, 2);
  fixed.writeUInt32LE(bytes.length, 4);
  fixed.writeBigUInt64LE(BigInt(offset), 8);
  id.copy(fixed, 16);
  return [fixed, bytes];
}

/** 2.2.33, for all names. */
export function queryDirectoryRequest(id: Buffer, longestAnswer: number): Buffer {
  const pattern = Buffer.from('*', 'utf16le');
  const fixed = Buffer.alloc(32);
  fixed.writeUInt16LE(33, 0);
  fixed.writeUInt8(DIRECTORY_CLASS, 2);
  id.copy(fixed, 8);
  fixed.writeUInt16LE(HEADER_BYTES + fixed.length, 24);
  fixed.writeUInt16LE(pattern.length, 26);
  fixed.writeUInt32LE(longestAnswer, 28);
  return Buffer.concat([fixed, pattern]);
}

/** [MS-FSCC] 2.4.10: entries, each with the distance to the next one. */
export function readDirectoryEntries(bytes: Buffer): (RemoteFile & { readonly attributes: number })[] {
  const entries: (RemoteFile & { readonly attributes: number })[] = [];
  for (let at = 0; at + 64 <= bytes.length; ) {
    const nameBytes = bytes.readUInt32LE(at + 60);
    entries.push({
      name: bytes.toString('utf16le', at + 64, at + 64 + nameBytes),
      sizeBytes: Number(bytes.readBigUInt64LE(at + 40)),
      modifiedAtMs: fromFileTime(bytes.readBigUInt64LE(at + 24)),
      attributes: bytes.readUInt32LE(at + 56),
    });
    const distance = bytes.readUInt32LE(at);
    if (distance === 0) break;
    at += distance;
  }
  return entries;
}

/** 2.2.37. */
export function queryInfoRequest(id: Buffer, information: Information): Buffer {
  const body = Buffer.alloc(41);
  body.writeUInt16LE(41, 0);
  body.writeUInt8(information.type, 2);
  body.writeUInt8(information.class, 3);
  body.writeUInt32LE(LONGEST_INFORMATION, 4);
  id.copy(body, 24);
  return body;
}

/** 2.2.39. */
export function setInfoRequest(id: Buffer, information: Information, value: Buffer): Buffer {
  const fixed = Buffer.alloc(32);
  fixed.writeUInt16LE(33, 0);
  fixed.writeUInt8(information.type, 2);
  fixed.writeUInt8(information.class, 3);
  fixed.writeUInt32LE(value.length, 4);
  fixed.writeUInt16LE(HEADER_BYTES + fixed.length, 8);
  id.copy(fixed, 16);
  return Buffer.concat([fixed, value]);
}

/** [MS-FSCC] 2.4.37.2; the path counts from the share. */
export function renameInformation(path: string, existing: 'replace' | 'keep'): Buffer {
  const name = Buffer.from(path, 'utf16le');
  const fixed = Buffer.alloc(20);
  fixed.writeUInt8(existing === 'replace' ? 1 : 0, 0);
  fixed.writeUInt32LE(name.length, 16);
  return Buffer.concat([fixed, name]);
}

/** The bytes that an answer to a read or a query carries: both say at the same places where these are and how many. */
export function readPayload(message: Buffer): Buffer {
  const answer = message.subarray(HEADER_BYTES);
  // A read has one byte for the offset, and a byte of zero after it.
  const offset = answer.readUInt16LE(2);
  const length = answer.readUInt32LE(4);
  if (offset + length > message.length) throw new RangeError('an answer is shorter than it says');
  return message.subarray(offset, offset + length);
}

/** The bytes of a file. */
export function readData({ message, data }: SmbReply): Buffer {
  return data ?? readPayload(message);
}

/** From 100 ns since 1601. */
function fromFileTime(time: bigint): number {
  return Number(time / 10_000n) - 11_644_473_600_000;
}
