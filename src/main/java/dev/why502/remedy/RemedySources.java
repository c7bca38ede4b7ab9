package dev.why502.remedy;

import dev.why502.diagnosis.Verdict;
import io.vertx.core.Future;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What remedies need of the rest of the service.
 *
 * @param look takes a close look at a probe now and concludes
 * @param caseText the newest case of a probe as it is stored, secrets masked, or null; may block
 * @param silenced whether a probe is in maintenance now
 * @param incident id of the open incident that a probe is part of, or null
 * @param past runs of before this process, in any order; asked again where it fails, and until it
 *     has answered nothing is run
 * @param mask takes secrets out of a text; callable anywhere
 */
public record RemedySources(
    Function<String, Future<Verdict>> look,
    Function<String, @Nullable String> caseText,
    Predicate<String> silenced,
    Function<String, @Nullable String> incident,
    Supplier<Future<List<RemedyRun>>> past,
    UnaryOperator<String> mask,
    Ledger ledger) {}
