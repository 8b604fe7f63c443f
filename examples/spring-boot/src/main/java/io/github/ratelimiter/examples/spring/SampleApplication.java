package io.github.ratelimiter.examples.spring;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** A shop with a login, an API and reports that are expensive. */
@SpringBootApplication
public class SampleApplication {
  /**
   * Starts the application.
   *
   * @param args properties
   */
  public static void main(String[] args) {
    SpringApplication.run(SampleApplication.class, args);
  }
}
