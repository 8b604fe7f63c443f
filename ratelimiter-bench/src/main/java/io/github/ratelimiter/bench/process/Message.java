package io.github.ratelimiter.bench.process;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.Base64;

/** Objects as lines of text. */
public final class Message {
  private Message() {}

  /** Returns an object as one line. */
  public static String format(Serializable object) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(object);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Base64.getEncoder().encodeToString(bytes.toByteArray());
  }

  /**
   * Returns the object in a line.
   *
   * @param type the type of the object
   * @throws IllegalStateException if the line is not such an object
   */
  public static <T> T parse(String line, Class<T> type) {
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(Base64.getDecoder().decode(line)))) {
      return type.cast(in.readObject());
    } catch (IOException
        | ClassNotFoundException
        | ClassCastException
        | IllegalArgumentException e) {
      throw new IllegalStateException("a process sent " + line, e);
    }
  }
}
