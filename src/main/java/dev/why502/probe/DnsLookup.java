package dev.why502.probe;

import io.netty.channel.AddressedEnvelope;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.dns.DefaultDnsQuestion;
import io.netty.handler.codec.dns.DnsRawRecord;
import io.netty.handler.codec.dns.DnsRecord;
import io.netty.handler.codec.dns.DnsRecordType;
import io.netty.handler.codec.dns.DnsResponse;
import io.netty.handler.codec.dns.DnsResponseCode;
import io.netty.handler.codec.dns.DnsSection;
import io.netty.resolver.dns.DnsNameResolver;
import io.netty.util.NetUtil;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One question (a full name and one record type) put to the configured servers. Asks again while
 * the first query is still open, because a lost datagram and a slow server look the same and only
 * the second must not be given up. All on one event loop.
 */
final class DnsLookup {
  /** Queries sent for one question. */
  private static final int MOST_QUERIES = 3;

  private static final long ASK_AGAIN_MILLIS = 800;

  /**
   * @param failure NXDOMAIN, "no address", SERVFAIL, REFUSED, timeout; null when there are
   *     addresses
   */
  record Found(List<String> addresses, @Nullable String failure) {}

  private final DnsNameResolver wire;
  private final EventLoop loop;
  private final List<InetSocketAddress> servers;
  private final String name;
  private final DnsRecordType type;
  private final Consumer<Found> done;
  private @Nullable ScheduledFuture<?> askAgain;
  private int sent;
  private int open;
  private boolean ended;
  private String failure = "timeout";

  DnsLookup(
      DnsNameResolver wire,
      EventLoop loop,
      List<InetSocketAddress> servers,
      String name,
      DnsRecordType type,
      Consumer<Found> done) {
    this.wire = wire;
    this.loop = loop;
    this.servers = servers;
    this.name = name;
    this.type = type;
    this.done = done;
  }

  void start() {
    ask();
  }

  private void ask() {
    if (ended || sent >= Math.max(MOST_QUERIES, servers.size())) {
      return;
    }
    InetSocketAddress server = servers.get(sent % servers.size());
    sent++;
    open++;
    wire.query(server, new DefaultDnsQuestion(name, type))
        .addListener(
            (io.netty.util.concurrent.Future<
                        ? super AddressedEnvelope<DnsResponse, InetSocketAddress>>
                    query) -> answered(query));
    askAgain = loop.schedule(this::ask, ASK_AGAIN_MILLIS * sent, TimeUnit.MILLISECONDS);
  }

  private void answered(io.netty.util.concurrent.Future<?> query) {
    open--;
    if (!query.isSuccess()) {
      giveUpOrGoOn();
      return;
    }
    @SuppressWarnings("unchecked")
    AddressedEnvelope<DnsResponse, InetSocketAddress> envelope =
        (AddressedEnvelope<DnsResponse, InetSocketAddress>) query.getNow();
    try {
      read(envelope.content());
    } finally {
      envelope.release();
    }
  }

  private void read(DnsResponse response) {
    if (ended) {
      return;
    }
    DnsResponseCode code = response.code();
    if (code.equals(DnsResponseCode.NOERROR)) {
      List<String> addresses = addresses(response);
      end(new Found(addresses, addresses.isEmpty() ? "no address" : null));
    } else if (code.equals(DnsResponseCode.NXDOMAIN)) {
      end(new Found(List.of(), "NXDOMAIN"));
    } else {
      failure = words(code);
      if (sent < servers.size()) {
        ask();
      } else {
        giveUpOrGoOn();
      }
    }
  }

  /** A server's refusal is final once every server was asked; silence is not, before the last. */
  private void giveUpOrGoOn() {
    boolean refused = !failure.equals("timeout");
    if (open == 0 && (refused ? sent >= servers.size() : sent >= MOST_QUERIES)) {
      end(new Found(List.of(), failure));
    }
  }

  private void end(Found found) {
    if (!ended) {
      ended = true;
      if (askAgain != null) {
        askAgain.cancel(false);
      }
      done.accept(found);
    }
  }

  /** Every address in the answer, whatever name of a CNAME chain it stands under. */
  private List<String> addresses(DnsResponse response) {
    List<String> addresses = new ArrayList<>();
    int count = Math.min(response.count(DnsSection.ANSWER), Resolver.MOST_ADDRESSES * 4);
    for (int i = 0; i < count && addresses.size() < Resolver.MOST_ADDRESSES; i++) {
      DnsRecord record = response.recordAt(DnsSection.ANSWER, i);
      int width = type.equals(DnsRecordType.A) ? 4 : 16;
      if (record instanceof DnsRawRecord raw
          && record.type().equals(type)
          && raw.content().readableBytes() == width) {
        byte[] bytes = new byte[width];
        raw.content().getBytes(raw.content().readerIndex(), bytes);
        String address = NetUtil.bytesToIpAddress(bytes);
        if (!addresses.contains(address)) {
          addresses.add(address);
        }
      }
    }
    return addresses;
  }

  private static String words(DnsResponseCode code) {
    String text = code.toString().toUpperCase(Locale.ROOT);
    int bracket = text.indexOf('(');
    return bracket < 0 ? text : text.substring(0, bracket);
  }
}
