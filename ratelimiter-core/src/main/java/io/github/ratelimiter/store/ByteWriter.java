package io.github.ratelimiter.store;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** Writes the format of {@link StateCodec}. */
final class ByteWriter {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  /** Writes a number, 0 or more. */
  ByteWriter number(long number) {
    long rest = number;
    while (rest >>> 7 != 0) {
      out.write((int) (rest & 0x7f | 0x80));
      rest >>>= 7;
    }
    out.write((int) rest);
    return this;
  }

  /** Writes the length of a text of ASCII characters, and then the characters. */
  ByteWriter text(String text) {
    number(text.length());
    text.chars().forEach(out::write);
    return this;
  }

  byte[] toBytesWithChecksum() {
    byte[] content = out.toByteArray();
    return ByteBuffer.allocate(content.length + ByteReader.CHECKSUM_BYTES)
        .put(content)
        .putInt(checksum(content, content.length))
        .array();
  }

  /** Returns the checksum of the first bytes. */
  static int checksum(byte[] bytes, int length) {
    CRC32C checksum = new CRC32C();
    checksum.update(bytes, 0, length);
    return (int) checksum.getValue();
  }
}
