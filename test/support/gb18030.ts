/** Node reads GB18030 but does not write it: the bytes of each sign of two bytes, found by reading them all. */
const two = new Map<string, readonly number[]>();
const decoder = new TextDecoder('gb18030');
for (let first = 0x81; first <= 0xfe; first += 1)
  for (let second = 0x40; second <= 0xfe; second += 1) {
    const sign = decoder.decode(new Uint8Array([first, second]));
    if (sign.length === 1 && sign !== '\uFFFD') two.set(sign, [first, second]);
  }

const four = new Map<string, readonly number[]>();
const fourOf = (n: number): number[] => [
  0x81 + Math.floor(n / 12_600),
  0x30 + (Math.floor(n / 1_260) % 10),
  0x81 + (Math.floor(n / 10) % 126),
  0x30 + (n % 10),
];

/** Signs of the basic plane come in order from 81308130, those of two bytes left out; all others from 90308130. */
const searched = (sign: string): readonly number[] => {
  const code = sign.codePointAt(0) ?? 0;
  if (code >= 0x10000) return fourOf(code - 0x10000 + 189_000);
  for (let n = 0; n < 39_420; n += 1) {
    const bytes = fourOf(n);
    four.set(decoder.decode(new Uint8Array(bytes)), bytes);
  }
  return four.get(sign) ?? [];
};

/** A text as spreadsheets in China save it. */
export const gb18030 = (text: string): Uint8Array =>
  new Uint8Array(
    [...text].flatMap((sign) =>
      sign < '\u0080' ? [sign.charCodeAt(0)] : [...(two.get(sign) ?? four.get(sign) ?? searched(sign))],
    ),
  );
