package dev.why502.gateway.caddy;

import dev.why502.evidence.Place;
import java.util.ArrayList;
import java.util.List;

/**
 * One directive of a Caddyfile.
 *
 * @param matcher what stands before the arguments and is none of them: a matcher, once it is told
 * @param block whether it opens a block
 * @param closed whether its block is closed; false only at the end of a broken file
 */
record CaddyDirective(
    CaddyToken word,
    List<CaddyToken> matcher,
    List<CaddyToken> args,
    boolean block,
    List<CaddyDirective> children,
    boolean closed) {

  CaddyDirective(
      CaddyToken word,
      List<CaddyToken> args,
      boolean block,
      List<CaddyDirective> children,
      boolean closed) {
    this(word, List.of(), args, block, children, closed);
  }

  CaddyDirective {
    matcher = List.copyOf(matcher);
    args = List.copyOf(args);
    children = List.copyOf(children);
  }

  String name() {
    return word.text();
  }

  /** An argument, or "" when there are fewer. */
  String arg(int index) {
    return index < args.size() ? args.get(index).text() : "";
  }

  List<String> texts() {
    return args.stream().map(CaddyToken::text).toList();
  }

  /** The same, its first argument taken for a matcher. */
  CaddyDirective shifted() {
    return new CaddyDirective(
        word, args.subList(0, 1), args.subList(1, args.size()), block, children, closed);
  }

  /** The first argument as a directive of its own, with the rest as arguments. */
  CaddyDirective inner() {
    return new CaddyDirective(args.get(0), args.subList(1, args.size()), block, children, closed);
  }

  Place place() {
    return new Place(
        word.file().path(), word.line(), CaddyText.directive(this), word.file().sha256());
  }

  String where() {
    return word.where();
  }

  String fault(String message) {
    return where() + ": " + message;
  }

  /** The directives in a list of words, as blocks and lines part them. */
  static List<CaddyDirective> tree(List<CaddyToken> words) {
    return new Tree(words).lines(0);
  }

  private static final class Tree {
    private static final int MAX_DEPTH = 64;
    private final List<CaddyToken> words;
    private int at;

    Tree(List<CaddyToken> words) {
      this.words = words;
    }

    List<CaddyDirective> lines(int depth) {
      List<CaddyDirective> all = new ArrayList<>();
      while (at < words.size()) {
        CaddyToken first = words.get(at);
        if (first.bare("}")) {
          if (depth > 0) {
            break;
          }
          at++;
          continue;
        }
        all.add(line(depth));
      }
      return all;
    }

    private CaddyDirective line(int depth) {
      CaddyToken name = words.get(at++);
      CaddyToken last = name;
      List<CaddyToken> args = new ArrayList<>();
      while (at < words.size() && !last.before(words.get(at))) {
        CaddyToken next = words.get(at);
        boolean ends = at + 1 >= words.size() || next.before(words.get(at + 1));
        if (next.bare("{") && ends && depth < MAX_DEPTH) {
          at++;
          List<CaddyDirective> children = lines(depth + 1);
          boolean closed = at < words.size();
          at++;
          return new CaddyDirective(name, args, true, children, closed);
        }
        if (next.bare("}")) {
          break;
        }
        args.add(next);
        last = next;
        at++;
      }
      return new CaddyDirective(name, args, false, List.of(), true);
    }
  }
}
