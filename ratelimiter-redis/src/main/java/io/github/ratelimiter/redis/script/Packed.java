package io.github.ratelimiter.redis.script;

import java.util.Arrays;

/** A growing byte buffer in the format of the scripts: unsigned integers, lowest byte first. */
public final class Packed {
  private byte[] bytes;
  private int length;

  public Packed(int capacity) {
    bytes = new byte[capacity];
  }

  public int length() {
    return length;
  }

  /** Appends the lowest {@code size} bytes of a number. */
  public Packed write(long number, int size) {
    if (length + size > bytes.length) {
      bytes = Arrays.copyOf(bytes, 2 * bytes.length + size);
    }
    put(length, number, size);
    length += size;
    return this;
  }

  /** Appends bytes. */
  public Packed write(byte[] more) {
    for (byte each : more) {
      write(each, 1);
    }
    return this;
  }

  /** Overwrites bytes that were written before. */
  public void overwrite(int at, long number, int size) {
    put(at, number, size);
  }

  /** Returns whether the bytes from {@code second} to the end repeat those before it. */
  boolean isRepeated(int first, int second) {
    return Arrays.equals(bytes, first, first + length - second, bytes, second, length);
  }

  /** Removes all bytes from a position on. */
  void truncate(int length) {
    this.length = length;
  }

  private void put(int at, long number, int size) {
    for (int i = 0; i < size; i++) {
      bytes[at + i] = (byte) (number >>> (8 * i));
    }
  }

  /** Reads a number of {@code size} bytes. */
  public static long read(byte[] bytes, int at, int size) {
    long number = 0;
    for (int i = 0; i < size; i++) {
      number |= (bytes[at + i] & 0xFFL) << (8 * i);
    }
    return number;
  }

  public byte[] toBytes() {
    return Arrays.copyOf(bytes, length);
  }
}
