package io.github.ratelimiter.cli.log;

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

/** An access log to read. Decompresses gzip and reports the progress. */
public final class LogInput implements AutoCloseable {
  private static final String SAMPLE = "sample.log";
  private static final int BUFFER = 64 * 1024;
  private static final byte[] BYTE_ORDER_MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};

  private final String name;
  private final String path;
  private final long size;
  private final SourceStream source;
  private final InputStream log;
  private final byte[] firstBytes;

  private LogInput(String name, String path, long size, InputStream in) {
    this.name = name;
    this.path = path;
    this.size = size;
    this.source = new SourceStream(in);
    try {
      InputStream bytes = source.isGzip() ? new GZIPInputStream(source, BUFFER) : source;
      this.log = new BufferedInputStream(bytes, BUFFER);
      skipByteOrderMark();
      this.firstBytes = lookAhead(FileKind.LOOK_AHEAD);
    } catch (IOException e) {
      throw unreadable(e);
    }
    FileKind.of(firstBytes)
        .ifPresent(
            kind -> {
              throw new CommandException(kind.advice(name, path));
            });
  }

  private void skipByteOrderMark() throws IOException {
    if (Arrays.equals(lookAhead(BYTE_ORDER_MARK.length), BYTE_ORDER_MARK)) {
      log.skipNBytes(BYTE_ORDER_MARK.length);
    }
  }

  private byte[] lookAhead(int length) throws IOException {
    log.mark(length);
    byte[] bytes = log.readNBytes(length);
    log.reset();
    return bytes;
  }

  /** Opens the sample log in the jar. */
  public static LogInput sample() {
    InputStream in = LogInput.class.getResourceAsStream(SAMPLE);
    if (in == null) {
      throw new IllegalStateException("the sample is not in the jar");
    }
    return new LogInput("the sample log", "-", 0, in);
  }

  /** Opens standard input. */
  public static LogInput standard(InputStream in) {
    return new LogInput("standard input", "-", 0, in);
  }

  /** Opens a file. */
  public static LogInput file(Path file) {
    if (Files.isDirectory(file)) {
      throw new CommandException(Text.readable(file.toString()) + " is a directory, not a log");
    }
    String name = Text.readable(String.valueOf(file.getFileName()));
    try {
      return new LogInput(name, file.toString(), Files.size(file), Files.newInputStream(file));
    } catch (NoSuchFileException e) {
      throw new CommandException("there is no file " + Text.readable(file.toString()));
    } catch (AccessDeniedException e) {
      throw new CommandException("no permission to read " + Text.readable(file.toString()));
    } catch (IOException e) {
      throw new CommandException("cannot read " + Text.readable(file + ": " + e.getMessage()));
    }
  }

  /** Returns the name for messages. */
  public String name() {
    return name;
  }

  /** Returns the decompressed log. */
  InputStream stream() {
    return log;
  }

  /** Returns how much was read, in percent; 0 if the size is unknown. */
  int percentRead() {
    return size == 0 ? 0 : (int) Math.min(source.read * 100 / size, 100);
  }

  /** Returns the error for a failed read. */
  CommandException unreadable(IOException e) {
    return new CommandException(
        "cannot read " + name + ": " + Text.readable(String.valueOf(e.getMessage())));
  }

  /**
   * Returns the error for a log without a request.
   *
   * @param lines the number of malformed lines
   * @param reason why the first of them cannot be used
   */
  CommandException withoutRequests(long lines, String reason) {
    if (firstBytes.length == 0) {
      return new CommandException(name + " is empty");
    }
    if (lines == 0) {
      return new CommandException(name + " has no requests, only blank lines or a header");
    }
    String looks = FileKind.isBinary(firstBytes) ? " looks like binary data" : " looks like text";
    return new CommandException(
        name
            + looks
            + ", and none of its lines can be used: the first was skipped because "
            + reason
            + "; replay --help lists the formats");
  }

  @Override
  public void close() {
    try {
      log.close();
    } catch (IOException e) {
      // The stream was only read, so no data is lost.
    }
  }

  /** The bytes of the file before decompression. Counts the bytes that were read. */
  private static final class SourceStream extends BufferedInputStream {
    private long read;

    SourceStream(InputStream in) {
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

    /**
     * Returns at least 1 before the end of the stream. {@link GZIPInputStream} looks for another
     * member only if bytes are available, and a pipe may report 0 before its end.
     */
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
