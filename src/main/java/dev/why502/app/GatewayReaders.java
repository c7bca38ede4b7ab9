package dev.why502.app;

import dev.why502.gateway.ConfigReader;
import dev.why502.gateway.LogGrammar;
import dev.why502.gateway.StateReader;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What reads one kind of gateway.
 *
 * @param accessLog grammar of a log of requests by its format, empty for the default one; null
 *     where such a log tells nothing of upstreams
 */
record GatewayReaders(
    ConfigReader config,
    StateReader state,
    LogGrammar errorLog,
    Function<String, @Nullable LogGrammar> accessLog) {}
