package io.github.ratelimiter.cli;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;
import javax.imageio.ImageIO;

/** A file that a picture is drawn into. What is wrong with it is told in one line. */
public final class PngFile {
  private PngFile() {}

  /**
   * Refuses a file that cannot be written, before anybody waits for its contents.
   *
   * @param file the file
   * @throws CommandException if it cannot be written
   */
  public static void check(Path file) {
    Path directory = file.toAbsolutePath().getParent();
    if (Files.isDirectory(file)) {
      throw unwritable(file, "it is a directory");
    }
    if (directory == null || !Files.isDirectory(directory)) {
      throw unwritable(file, "there is no such directory");
    }
    if (!Files.isWritable(Files.exists(file) ? file : directory)) {
      throw unwritable(file, "no permission");
    }
  }

  private static CommandException unwritable(Path file, String why) {
    return new CommandException("cannot write the plot to " + Text.readable(file + ": " + why));
  }

  /**
   * Draws into a file.
   *
   * @param file the file
   * @param drawing makes the picture
   * @throws CommandException if it cannot be drawn or written
   */
  public static void write(Path file, Supplier<BufferedImage> drawing) {
    BufferedImage image;
    try {
      image = drawing.get();
    } catch (RuntimeException | LinkageError | InternalError e) {
      // A JDK without its desktop part, or without fonts.
      throw unwritable(file, "this Java cannot draw (" + e + ")");
    }
    try (OutputStream out = Files.newOutputStream(file)) {
      ImageIO.write(image, "png", out);
    } catch (IOException e) {
      throw unwritable(file, String.valueOf(e.getMessage()));
    }
  }
}
