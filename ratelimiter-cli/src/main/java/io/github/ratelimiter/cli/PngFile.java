package io.github.ratelimiter.cli;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;
import javax.imageio.ImageIO;

/** Checks and writes the PNG file of a plot. An error is one line. */
public final class PngFile {
  private PngFile() {}

  /**
   * Checks that a file can be written, before the work for its contents begins.
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
   * Writes a picture to a file.
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
