package dev.why502.diagnosis;

import dev.why502.evidence.Route;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A gateway of another kind: how its configuration is written is not known. */
final class NoDialect implements Dialect {
  @Override
  public List<String> reload(@Nullable String config) {
    return List.of();
  }

  @Override
  public @Nullable Change scheme(Route.Pass pass, boolean tls) {
    return null;
  }

  @Override
  public @Nullable Change host(Route.Pass pass, String host, boolean clients) {
    return null;
  }

  @Override
  public @Nullable Change serverName(Route.Pass pass, String name) {
    return null;
  }

  @Override
  public @Nullable Change readTimeout(Route.Pass pass, long seconds) {
    return null;
  }

  @Override
  public @Nullable Change headerBuffer(Route.Pass pass, int bytes) {
    return null;
  }

  @Override
  public @Nullable Change bodyLimit(Route.@Nullable Pass pass, Route.Limit limit, long bytes) {
    return null;
  }

  @Override
  public @Nullable Change upgrade(Route.Pass pass) {
    return null;
  }

  @Override
  public @Nullable Change path(Route.Pass pass, String sent, String right, String asked) {
    return null;
  }

  @Override
  public @Nullable Change use(Route.Peer peer) {
    return null;
  }

  @Override
  public @Nullable Change check(Route.Peer peer, String path) {
    return null;
  }

  @Override
  public List<String> headerRules() {
    return List.of();
  }
}
