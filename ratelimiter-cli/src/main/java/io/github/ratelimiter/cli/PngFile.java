package io.github.ratelimiter.cli;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;
import javax.imageio.ImageIO;

/** Writes a plot to a PNG file. */
public final class PngFile {
  private PngFile() {}

  /**
   * Checks that a file can be written. Called before the data of the plot is collected, so that a
   * wrong path is reported immediately.
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
      throw unwritable(file, "permission denied");
    }
  }

  private static CommandException unwritable(Path file, String reason) {
    return new CommandException("cannot write the plot to " + Text.readable(file + ": " + reason));
  }

  /**
   * Writes an image to a file.
   *
   * @param file the file
   * @param renderer draws the image
   * @throws CommandException if it cannot be drawn or written
   */
  public static void write(Path file, Supplier<BufferedImage> renderer) {
    BufferedImage image;
    try {
      image = renderer.get();
    } catch (RuntimeException | LinkageError | InternalError e) {
      // The JDK has no desktop module or no fonts.
      throw unwritable(file, "this Java runtime cannot draw (" + e + ")");
    }
    try (OutputStream out = Files.newOutputStream(file)) {
      ImageIO.write(image, "png", out);
    } catch (IOException e) {
      throw unwritable(file, String.valueOf(e.getMessage()));
    }
  }
}
