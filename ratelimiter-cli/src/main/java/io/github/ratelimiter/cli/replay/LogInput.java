package io.github.ratelimiter.cli.replay;

import io.github.ratelimiter.cli.CommandException;
import io.github.ratelimiter.cli.Text;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;

/** An access log to read, unpacked if it is gzip, and how much of it has been read. */
final class LogInput implements AutoCloseable {
  private static final String SAMPLE = "sample.log";
  private static final int BUFFER = 64 * 1024;
  private static final byte[] BYTE_ORDER_MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};

  private final String name;
  private final String path;
  private final long size;
  private final Packed packed;
  private final InputStream unpacked;
  private final byte[] begin;

  private LogInput(String name, String path, long size, InputStream in) {
    this.name = name;
    this.path = path;
    this.size = size;
    this.packed = new Packed(in);
    try {
      InputStream bytes = packed.isGzip() ? new GZIPInputStream(packed, BUFFER) : packed;
      this.unpacked = new BufferedInputStream(bytes, BUFFER);
      skipByteOrderMark();
      this.begin = lookAhead(FileKind.LOOK_AHEAD);
    } catch (IOException e) {
      throw unreadable(e);
    }
    FileKind.of(begin)
        .ifPresent(
            kind -> {
              throw new CommandException(kind.advice(name, path));
            });
  }

  private void skipByteOrderMark() throws IOException {
    if (Arrays.equals(lookAhead(BYTE_ORDER_MARK.length), BYTE_ORDER_MARK)) {
      unpacked.skipNBytes(BYTE_ORDER_MARK.length);
    }
  }

  private byte[] lookAhead(int length) throws IOException {
    unpacked.mark(length);
    byte[] bytes = unpacked.readNBytes(length);
    unpacked.reset();
    return bytes;
  }

  /** The sample that is inside the program. */
  static LogInput sample() {
    InputStream in = LogInput.class.getResourceAsStream(SAMPLE);
    if (in == null) {
      throw new IllegalStateException("the sample is not in the jar");
    }
    return new LogInput("the sample log", "-", 0, in);
  }

  /** Standard input. */
  static LogInput standard(InputStream in) {
    return new LogInput("standard input", "-", 0, in);
  }

  /** A file. */
  static LogInput file(Path file) {
    if (Files.isDirectory(file)) {
      throw new CommandException(Text.readable(file + "") + " is a directory, not a log");
    }
    String name = Text.readable(String.valueOf(file.getFileName()));
    try {
      return new LogInput(name, file.toString(), Files.size(file), Files.newInputStream(file));
    } catch (NoSuchFileException e) {
      throw new CommandException("there is no file " + Text.readable(file + ""));
    } catch (AccessDeniedException e) {
      throw new CommandException("no permission to read " + Text.readable(file + ""));
    } catch (IOException e) {
      throw new CommandException("cannot read " + Text.readable(file + ": " + e.getMessage()));
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
  CommandException unreadable(IOException e) {
    return new CommandException("cannot read " + name + ": " + Text.readable(e.getMessage() + ""));
  }

  /**
   * What to say when no line was a request.
   *
   * @param lines how many lines were left out
   * @param reason why the first one was
   */
  CommandException withoutRequests(long lines, String reason) {
    if (begin.length == 0) {
      return new CommandException(name + " is empty");
    }
    if (lines == 0) {
      return new CommandException(name + " has no requests, only blank lines or a header");
    }
    String looks = FileKind.isBinary(begin) ? " looks binary, not like a log" : " looks like text";
    return new CommandException(
        name
            + looks
            + ", but no line of it can be used: the first one is left out because "
            + reason
            + "; replay --help names the formats");
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
