package dev.why502.notify;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.why502.definition.Alerting;
import dev.why502.definition.Alerting.Route;
import dev.why502.definition.Endpoint;
import dev.why502.definition.Expectation;
import dev.why502.definition.Probe;
import dev.why502.definition.Receiver;
import dev.why502.definition.Receiver.Format;
import dev.why502.definition.Receiver.Post;
import dev.why502.definition.Request;
import dev.why502.definition.Scheme;
import dev.why502.definition.Selection;
import dev.why502.definition.Target;
import dev.why502.definition.Threshold;
import dev.why502.notify.Notice.Kind;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RoutingTest {
  private static final Target TARGET =
      new Target(Scheme.HTTP, Endpoint.of("h", 80), "/", "http://h/");
  private static final Probe SHOP = probe("shop", Map.of("team", "shop"));
  private static final Probe BLOG = probe("blog", Map.of("team", "blog"));
  private static final List<Receiver> RECEIVERS =
      List.of(
          receiver("chat", Format.SLACK),
          receiver("pager", Format.WEBHOOK),
          receiver("lark", Format.FEISHU));

  @Test
  void withoutRoutesEverybodyHearsEverything() {
    // Given
    Routing routing = new Routing(new Alerting(RECEIVERS, List.of(), null, true));
    // When
    List<String> told = routing.receivers(Kind.OPENED, "degraded", List.of(SHOP), null);
    // Then
    assertEquals(List.of("chat", "pager", "lark"), told);
  }

  @Test
  void firstRouteThatFitsTakesItUnlessItGoesOn() {
    // Given
    Routing routing =
        new Routing(
            new Alerting(
                RECEIVERS,
                List.of(
                    new Route(Selection.ALL, Set.of("down"), List.of("pager"), true),
                    new Route(label("shop"), Set.of(), List.of("chat"), false),
                    new Route(named("blog"), Set.of("down"), List.of("lark"), false)),
                null,
                true));
    // When Then
    assertEquals(List.of("chat", "pager"), opened(routing, "down", SHOP));
    assertEquals(List.of("chat"), opened(routing, "degraded", SHOP));
    assertEquals(List.of("pager", "lark"), opened(routing, "down", BLOG));
    assertEquals(List.of(), opened(routing, "degraded", BLOG));
    assertEquals(List.of("chat", "pager"), opened(routing, "down", BLOG, SHOP));
  }

  @Test
  void whoHeardOfABeginningHearsOfTheEndAndNobodyElse() {
    // Given
    Routing routing =
        new Routing(
            new Alerting(
                RECEIVERS,
                List.of(
                    new Route(Selection.ALL, Set.of("down"), List.of("pager", "chat"), false),
                    new Route(Selection.ALL, Set.of(), List.of("lark"), false)),
                null,
                true));
    Set<String> told = Set.of("lark", "gone");
    List<Probe> probes = List.of(SHOP);
    // When Then
    assertEquals(
        List.of("chat", "pager", "lark"), routing.receivers(Kind.CHANGED, "down", probes, told));
    assertEquals(List.of("lark"), routing.receivers(Kind.RESOLVED, "down", probes, told));
    assertEquals(List.of("lark"), routing.receivers(Kind.REMEDIED, "down", probes, told));
    assertEquals(List.of("chat", "pager"), routing.receivers(Kind.REMINDED, "down", probes, told));
    assertEquals(List.of(), routing.receivers(Kind.RESOLVED, "down", probes, Set.of()));
    assertEquals(List.of("chat", "pager"), routing.receivers(Kind.RESOLVED, "down", probes, null));
  }

  @Test
  void peopleMayWantNoEndsButProgramsNeedThem() {
    // Given
    Routing routing = new Routing(new Alerting(RECEIVERS, List.of(), null, false));
    // When
    List<String> told = routing.receivers(Kind.RESOLVED, "down", List.of(SHOP), null);
    // Then
    assertEquals(List.of("pager"), told);
  }

  @Test
  void labelsAreThoseOfTheFirstProbe() {
    // Given
    Map<String, Probe> declared = Map.of("shop", SHOP, "blog", BLOG);
    // When
    Map<String, String> labels = Routing.labels(List.of("blog", "shop"), declared::get);
    // Then
    assertEquals(Map.of("team", "blog"), labels);
    assertEquals(Map.of(), Routing.labels(List.of("gone"), declared::get));
    assertEquals(Map.of(), Routing.labels(List.of(), declared::get));
  }

  private static List<String> opened(Routing routing, String severity, Probe... probes) {
    return routing.receivers(Kind.OPENED, severity, List.of(probes), null);
  }

  private static Selection label(String team) {
    return new Selection(Set.of(), Map.of("team", team));
  }

  private static Selection named(String id) {
    return new Selection(Set.of(id), Map.of());
  }

  private static Receiver receiver(String name, Format format) {
    return new Receiver(name, null, new Post(format, List.of(TARGET), List.of(), null));
  }

  private static Probe probe(String id, Map<String, String> labels) {
    return new Probe(
        id,
        TARGET,
        null,
        labels,
        true,
        null,
        null,
        Request.GET,
        Expectation.DEFAULT,
        Duration.ofSeconds(10),
        Duration.ofSeconds(5),
        Threshold.DEFAULT,
        null,
        List.of(),
        List.of());
  }
}
