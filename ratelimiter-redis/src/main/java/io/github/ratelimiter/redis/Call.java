package io.github.ratelimiter.redis;

import io.github.ratelimiter.threads.ServiceThreads;
import io.lettuce.core.RedisException;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.output.ArrayOutput;
import io.lettuce.core.protocol.AsyncCommand;
import io.lettuce.core.protocol.Command;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A command that reaches a server at most once, whatever the client that sends it is told to
 * repeat: a second time, and after it was given up, a {@code PING} is sent in its place. Only a
 * server that answered with an error, such as a redirection, may be followed by another.
 */
final class Call extends AsyncCommand<byte[], byte[], List<Object>> {
  private static final byte[] PING = "*1\r\n$4\r\nPING\r\n".getBytes(StandardCharsets.US_ASCII);

  private static final String TASK = "reads the answers of Redis";

  private enum Progress {
    UNSENT,
    SENT,
    REPEATED,
    ABANDONED
  }

  private final AtomicReference<Progress> progress;

  Call(CommandType type, CommandArgs<byte[], byte[]> args) {
    this(type, args, new AtomicReference<>(Progress.UNSENT));
  }

  private Call(
      CommandType type, CommandArgs<byte[], byte[]> args, AtomicReference<Progress> progress) {
    super(new Command<>(type, new Reply(progress), args));
    this.progress = progress;
  }

  static CommandArgs<byte[], byte[]> args() {
    return new CommandArgs<>(ByteArrayCodec.INSTANCE);
  }

  /** Whether a server may have carried it out without having said so. */
  boolean mayHaveRun() {
    Progress now = progress.get();
    return now == Progress.SENT || now == Progress.REPEATED;
  }

  /**
   * Makes sure that it is never sent.
   *
   * @return false if it is too late
   */
  boolean abandon() {
    return progress.compareAndSet(Progress.UNSENT, Progress.ABANDONED);
  }

  @Override
  public void encode(ByteBuf buffer) {
    ServiceThreads.mark(TASK); // This is the thread that will read the answer.
    if (progress.compareAndSet(Progress.UNSENT, Progress.SENT)) {
      super.encode(buffer);
    } else {
      // Its caller hears when the PING is answered. Now is not the time: what the caller does next
      // would be written to the connection before this, and the answers would go to the wrong
      // calls.
      progress.compareAndSet(Progress.SENT, Progress.REPEATED);
      buffer.writeBytes(PING);
    }
  }

  @Override
  public void complete() {
    Progress now = progress.get();
    if (now == Progress.REPEATED || now == Progress.ABANDONED) {
      completeExceptionally(new RedisException("Not sent a second time"));
    } else {
      super.complete();
    }
  }

  private static final class Reply extends ArrayOutput<byte[], byte[]> {
    private final AtomicReference<Progress> progress;

    Reply(AtomicReference<Progress> progress) {
      super(ByteArrayCodec.INSTANCE);
      this.progress = progress;
    }

    @Override
    public void setError(ByteBuffer error) {
      super.setError(error);
      progress.compareAndSet(Progress.SENT, Progress.UNSENT);
    }
  }
}
