package io.github.ratelimiter.cli.replay;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;

/** An access log to read, unpacked if it is gzip, and how much of it has been read. */
final class LogInput implements AutoCloseable {
  private static final String SAMPLE = "sample.log";
  private static final int BUFFER = 64 * 1024;

  private final String name;
  private final long size;
  private final Packed packed;
  private final InputStream unpacked;

  private LogInput(String name, long size, InputStream in) {
    this.name = name;
    this.size = size;
    this.packed = new Packed(in);
    try {
      this.unpacked = packed.isGzip() ? new GZIPInputStream(packed, BUFFER) : packed;
      packed.skipByteOrderMark();
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  /** The sample that is inside the program. */
  static LogInput sample() {
    InputStream in = LogInput.class.getResourceAsStream(SAMPLE);
    if (in == null) {
      throw new IllegalStateException("the sample is not in the jar");
    }
    return new LogInput("the sample log", 0, in);
  }

  /** Standard input. */
  static LogInput standard(InputStream in) {
    return new LogInput("standard input", 0, in);
  }

  /** A file. */
  static LogInput file(Path file) {
    if (Files.isDirectory(file)) {
      throw new ReplayException(Text.readable(file + "") + " is a directory, not a log");
    }
    String name = Text.readable(String.valueOf(file.getFileName()));
    try {
      return new LogInput(name, Files.size(file), Files.newInputStream(file));
    } catch (NoSuchFileException e) {
      throw new ReplayException("there is no file " + Text.readable(file + ""));
    } catch (AccessDeniedException e) {
      throw new ReplayException("no permission to read " + Text.readable(file + ""));
    } catch (IOException e) {
      throw new ReplayException("cannot read " + Text.readable(file + ": " + e.getMessage()));
    }
  }

  /** What people call it. */
  String name() {
    return name;
  }

  /** The log, unpacked. */
  InputStream stream() {
    return unpacked;
  }

  /** How much has been read, in percent; 0 if nobody knows how much there is. */
  int percentRead() {
    return size == 0 ? 0 : (int) Math.min(packed.read * 100 / size, 100);
  }

  /** What to say when reading failed. */
  ReplayException unreadable(IOException e) {
    return new ReplayException("cannot read " + name + ": " + Text.readable(e.getMessage() + ""));
  }

  @Override
  public void close() {
    try {
      unpacked.close();
    } catch (IOException e) {
      // It was only read: nothing is lost.
    }
  }

  /** The bytes as they come. Counts them and looks ahead. */
  private static final class Packed extends BufferedInputStream {
    private long read;

    Packed(InputStream in) {
      super(in, BUFFER);
    }

    boolean isGzip() throws IOException {
      return beginsWith(0x1f, 0x8b);
    }

    void skipByteOrderMark() throws IOException {
      if (beginsWith(0xef, 0xbb, 0xbf)) {
        skipNBytes(3);
      }
    }

    private boolean beginsWith(int... wanted) throws IOException {
      mark(wanted.length);
      try {
        for (int b : wanted) {
          if (super.read() != b) {
            return false;
          }
        }
        return true;
      } finally {
        reset();
      }
    }

    @Override
    public synchronized int read(byte[] target, int from, int length) throws IOException {
      int count = super.read(target, from, length);
      read += Math.max(count, 0);
      return count;
    }

    /** At least 1 before the end: a gzip stream asks whether another follows, as in a pipe. */
    @Override
    public synchronized int available() throws IOException {
      int known = super.available();
      if (known > 0) {
        return known;
      }
      mark(1);
      int next = super.read();
      reset();
      return next < 0 ? 0 : 1;
    }
  }
}
