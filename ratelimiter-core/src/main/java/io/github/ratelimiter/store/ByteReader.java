package io.github.ratelimiter.store;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Reads the format of {@link StateCodec}. Every problem is a {@link StateFormatException}. */
final class ByteReader {
  static final int CHECKSUM_BYTES = 4;

  private final byte[] bytes;
  private final int end;
  private int position = 1;

  /** Checks the version and the checksum. */
  ByteReader(byte[] bytes, int version) {
    this.bytes = bytes;
    this.end = bytes.length - CHECKSUM_BYTES;
    if (bytes.length == 0) {
      throw new StateFormatException("the state is empty");
    }
    if (bytes[0] != version) {
      throw new StateFormatException(
          "the state has format "
              + Byte.toUnsignedInt(bytes[0])
              + "; this version of the library reads format "
              + version);
    }
    if (end < 1 || ByteBuffer.wrap(bytes).getInt(end) != ByteWriter.checksum(bytes, end)) {
      throw new StateFormatException(
          "the checksum of the state is wrong: its "
              + bytes.length
              + " bytes were truncated or changed");
    }
  }

  /** Reads a number from 0 to the largest. */
  long number(String name, long largest) {
    long number = 0;
    int shift = 0;
    int next;
    do {
      if (position >= end || shift >= Long.SIZE) {
        throw new StateFormatException("the state has no complete number for its " + name);
      }
      next = bytes[position++];
      number |= (long) (next & 0x7f) << shift;
      shift += 7;
    } while (next < 0);
    if (number < 0 || number > largest) {
      throw new StateFormatException(
          name + " of the state is " + number + "; it must be from 0 to " + largest);
    }
    return number;
  }

  /** Reads how many items follow. Each of them has at least one byte. */
  int count(String name, int largest) {
    long count = number(name, largest);
    if (count > end - position) {
      throw new StateFormatException(
          "the state ends before its " + name + ", of which it has " + count);
    }
    return (int) count;
  }

  /** Reads a text of ASCII characters, with its length before it. */
  String text(String name, int longest) {
    int length = (int) number("length of the " + name, longest);
    if (length > end - position) {
      throw new StateFormatException("the state ends before the end of its " + name);
    }
    position += length;
    return new String(bytes, position - length, length, StandardCharsets.ISO_8859_1);
  }

  void checkEnd() {
    if (position != end) {
      throw new StateFormatException(
          "the state has " + (end - position) + " bytes after its last counter");
    }
  }
}
