package io.github.ratelimiter.bench.load;

import io.github.ratelimiter.bench.generator.Outcome;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The result of the measurement of a load.
 *
 * @param about the server and the machine
 * @param interrupted whether the measurement was cut short
 * @param outcome the answers
 * @param samples the counts over time, the last one at the end
 * @param audit the audit of the admitted permits; null without one
 * @param logFull whether the log of the audit has not all of them
 */
record Result(
    Setup setup,
    String about,
    boolean interrupted,
    Outcome outcome,
    List<Sampler.Sample> samples,
    Sampler.Served served,
    @Nullable Audit audit,
    boolean logFull) {}
