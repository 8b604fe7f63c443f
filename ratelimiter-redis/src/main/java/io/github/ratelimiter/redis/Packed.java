package io.github.ratelimiter.redis;

import java.util.Arrays;

/** Bytes that grow, written as the scripts read them: unsigned integers, the lowest byte first. */
final class Packed {
  private byte[] bytes;
  private int length;

  Packed(int capacity) {
    bytes = new byte[capacity];
  }

  int length() {
    return length;
  }

  /** Writes the lowest bytes of a number, as many as said. */
  Packed write(long number, int size) {
    if (length + size > bytes.length) {
      bytes = Arrays.copyOf(bytes, 2 * bytes.length + size);
    }
    put(length, number, size);
    length += size;
    return this;
  }

  /** Writes bytes. */
  Packed write(byte[] more) {
    for (byte each : more) {
      write(each, 1);
    }
    return this;
  }

  /** Writes over what was written before. */
  void overwrite(int at, long number, int size) {
    put(at, number, size);
  }

  private void put(int at, long number, int size) {
    for (int i = 0; i < size; i++) {
      bytes[at + i] = (byte) (number >>> (8 * i));
    }
  }

  byte[] toBytes() {
    return Arrays.copyOf(bytes, length);
  }
}
