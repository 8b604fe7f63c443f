package io.github.ratelimiter.cli.rules;

import io.github.ratelimiter.cli.FormatOption;
import io.github.ratelimiter.cli.Io;
import io.github.ratelimiter.cli.log.LogInput;
import io.github.ratelimiter.cli.log.LogOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Previews rules from the command line. */
@Command(
    name = "preview",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpWidth = 92,
    description = "Replay access logs under new rules and show who would newly be refused.",
    descriptionHeading = "%n",
    parameterListHeading = "%n",
    optionListHeading = "%n",
    footer = {
      "",
      "Examples",
      "  rules preview --rules new.yaml --against rules.yaml access.log",
      "  rules preview --rules rules.yaml access.log.2 access.log.1 access.log",
      "  zcat access.log.*.gz | rules preview --rules new.yaml --against rules.yaml",
      "",
      "Rules are matched, combined and counted as in an application, each side in a store of its",
      "own, at the times of the log. A request that a rule with 'throttle' would let wait is not",
      "refused. A log has no tiers, attributes or API keys, and no header but the user agent; the",
      "output says which rules cannot be judged. replay --help lists the formats of logs.",
      "The exit status is 2 if an argument or a file is invalid."
    })
final class PreviewCommand implements Callable<Integer> {
  private final Io io;

  @Parameters(
      arity = "0..*",
      paramLabel = "LOG",
      description = "Access logs, plain or gzip, in this order. Standard input if - or missing.")
  private List<Path> logs = new ArrayList<>();

  @Option(names = "--rules", paramLabel = "FILE", required = true, description = "The new rules.")
  private @Nullable Path rules;

  @Option(
      names = "--against",
      paramLabel = "FILE",
      description = "The rules before. Without it, the output is what the new rules would refuse.")
  private @Nullable Path against;

  @Mixin private LogOptions options = new LogOptions();

  @Mixin private FormatOption format = new FormatOption();

  PreviewCommand(Io io) {
    this.io = io;
  }

  @Override
  public Integer call() {
    options.check(!logs.isEmpty(), io);
    if (rules == null) {
      throw new IllegalStateException("the option --rules is required");
    }
    CheckedFile after = CheckedFile.readValid(rules);
    Optional<CheckedFile> before = Optional.ofNullable(against).map(CheckedFile::readValid);
    try (Preview preview =
        new Preview(after.rules(), before.map(CheckedFile::rules), options.maximumKeys(), io)) {
      run(preview);
      io.out()
          .print(
              format.isJson()
                  ? PreviewJson.of(preview, options.top())
                  : PreviewReport.of(preview, after, options.top(), io.unicode()));
      io.out().flush();
      return 0;
    } catch (OutOfMemoryError e) {
      throw LogOptions.outOfMemory();
    }
  }

  private void run(Preview preview) {
    List<Path> paths = logs.isEmpty() ? List.of(LogOptions.STANDARD_INPUT) : logs;
    for (int i = 0; i < paths.size(); i++) {
      try (LogInput input = options.open(paths.get(i), io)) {
        preview.run(input);
        if (i == paths.size() - 1) {
          preview.end(input);
        }
      }
    }
  }
}
