package io.github.ratelimiter;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import org.slf4j.LoggerFactory;

/**
 * What is logged, as texts: level, message, and fields in the order of their names. Test classes
 * run side by side and share the loggers, so a test filters by something of its own.
 */
public final class Logged implements AutoCloseable {
  private final List<ILoggingEvent> events = new CopyOnWriteArrayList<>();
  private final AppenderBase<ILoggingEvent> appender =
      new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
          events.add(event);
        }
      };
  private final Logger logger;

  private Logged(Logger logger, Level level) {
    this.logger = logger;
    logger.setLevel(level);
    appender.setContext(logger.getLoggerContext());
    appender.start();
    logger.addAppender(appender);
  }

  /** Of a logger of this library, from debug. */
  public static Logged by(Class<?> name) {
    // While another thread starts the logging, there are substitutes.
    while (!(LoggerFactory.getILoggerFactory() instanceof LoggerContext)) {
      Thread.onSpinWait();
    }
    return new Logged((Logger) LoggerFactory.getLogger(name), Level.DEBUG);
  }

  /** Of a logger that nothing else uses. */
  public static Logged privately(String level) {
    return new Logged(new LoggerContext().getLogger("test"), Level.valueOf(level));
  }

  public org.slf4j.Logger logger() {
    return logger;
  }

  public List<String> lines() {
    return lines(line -> true);
  }

  public List<String> lines(Predicate<String> filter) {
    return events.stream().map(Logged::text).filter(filter).toList();
  }

  /** The stack traces of the exceptions. */
  public List<String> stacks() {
    return events.stream()
        .filter(event -> event.getThrowableProxy() != null)
        .map(event -> ThrowableProxyUtil.asString(event.getThrowableProxy()))
        .toList();
  }

  private static String text(ILoggingEvent event) {
    Map<String, Object> fields = new TreeMap<>();
    if (event.getKeyValuePairs() != null) {
      event.getKeyValuePairs().forEach(pair -> fields.put(pair.key, pair.value));
    }
    return event.getLevel() + " " + event.getFormattedMessage() + " " + fields;
  }

  @Override
  public void close() {
    logger.detachAppender(appender);
  }
}
