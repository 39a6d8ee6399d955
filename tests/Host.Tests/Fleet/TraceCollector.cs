using System.Net;
using Google.Protobuf;

namespace TrainingDoctor.Tests.Fleet;

/// <summary>A collector of traces: takes what OpenTelemetry's exporter sends over HTTP, and reads as much of it as tests ask about.</summary>
internal sealed class TraceCollector : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(40);

    private readonly HttpListener _listener = new();
    private readonly List<CollectedSpan> _spans = [];
    private readonly string _address = FormattableString.Invariant($"http://127.0.0.1:{FreePort.Next()}/");
    private readonly Task _work;

    /// <summary>Begins to collect.</summary>
    public TraceCollector()
    {
        _listener.Prefixes.Add(_address);
        _listener.Start();
        _work = CollectAsync();
    }

    /// <summary>Gets what has come.</summary>
    public IReadOnlyList<CollectedSpan> Spans
    {
        get
        {
            lock (_spans)
            {
                return [.. _spans];
            }
        }
    }

    /// <summary>Makes the environment of a host that sends here.</summary>
    /// <param name="name">What its traces call it.</param>
    public Dictionary<string, string> EnvironmentOf(string name) => new()
    {
        ["OTEL_EXPORTER_OTLP_ENDPOINT"] = _address,
        ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
        ["OTEL_BSP_SCHEDULE_DELAY"] = "100",
        ["OTEL_SERVICE_NAME"] = name,
    };

    /// <summary>Waits for a span and returns it with those that it follows from, up to the one that is not known here.</summary>
    /// <param name="trace">The trace.</param>
    /// <param name="name">What the span is called.</param>
    public async Task<IReadOnlyList<CollectedSpan>> PathOfAsync(string trace, string name)
    {
        for (long deadline = Environment.TickCount64 + (long)Patience.TotalMilliseconds; ; await Task.Delay(100))
        {
            var spans = Spans.Where(span => span.Trace == trace).ToList();
            var path = new List<CollectedSpan>();
            for (var at = spans.Find(span => span.Name == name); at is not null; at = spans.Find(span => span.Id == at.Parent))
            {
                path.Add(at);
            }

            // Hosts send on their own, so that what lies between may come last.
            if (path.Count > 0 && path[^1].Name.StartsWith("POST ", StringComparison.Ordinal))
            {
                return path;
            }

            Assert.True(Environment.TickCount64 < deadline, $"'{name}' does not lead up to a request in:\n{string.Join('\n', Spans)}");
        }
    }

    public void Dispose()
    {
        _listener.Close();
        _work.Wait(Patience);
    }

    private static IEnumerable<(int Number, ByteString Value)> FieldsOf(ByteString message)
    {
        var input = message.CreateCodedInput();
        for (uint tag; (tag = input.ReadTag()) != 0;)
        {
            if (WireFormat.GetTagWireType(tag) == WireFormat.WireType.LengthDelimited)
            {
                yield return (WireFormat.GetTagFieldNumber(tag), input.ReadBytes());
            }
            else
            {
                input.SkipLastField();
            }
        }
    }

    private static IEnumerable<ByteString> All(ByteString message, int number) => FieldsOf(message).Where(field => field.Number == number).Select(field => field.Value);

    private static string Text(ByteString message, int number) => All(message, number).FirstOrDefault()?.ToStringUtf8() ?? string.Empty;

    private static string Hexadecimal(ByteString message, int number) => Convert.ToHexStringLower(All(message, number).FirstOrDefault(ByteString.Empty).Span);

    /// <summary>Reads attributes: texts, numbers and truths.</summary>
    private static Dictionary<string, string> TagsOf(ByteString message, int number) => All(message, number).ToDictionary(
        tag => Text(tag, 1),
        tag =>
        {
            var value = All(tag, 2).First().CreateCodedInput();
            return WireFormat.GetTagWireType(value.ReadTag()) == WireFormat.WireType.Varint ? FormattableString.Invariant($"{value.ReadInt64()}") : value.ReadString();
        });

    /// <summary>Reads a request of opentelemetry/proto/collector/trace/v1.</summary>
    private static IEnumerable<CollectedSpan> Read(ByteString request) =>
        from resource in All(request, 1)
        let host = TagsOf(All(resource, 1).Single(), 1)["service.name"]
        from scope in All(resource, 2)
        from span in All(scope, 2)
        select new CollectedSpan(host, Text(span, 5), Hexadecimal(span, 1), Hexadecimal(span, 2), Hexadecimal(span, 4), TagsOf(span, 9), [.. All(span, 11).Select(happened => Text(happened, 2))]);

    private async Task CollectAsync()
    {
        try
        {
            while (true)
            {
                var context = await _listener.GetContextAsync();
                var spans = Read(await ByteString.FromStreamAsync(context.Request.InputStream)).ToList();
                lock (_spans)
                {
                    _spans.AddRange(spans);
                }

                context.Response.ContentType = "application/x-protobuf";
                context.Response.Close();
            }
        }
        catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException)
        {
            // The test is over.
        }
    }
}

/// <summary>A span as a collector sees it.</summary>
/// <param name="Host">The service that sent it.</param>
/// <param name="Name">What it is called.</param>
/// <param name="Trace">The trace, hexadecimal.</param>
/// <param name="Id">The span, hexadecimal.</param>
/// <param name="Parent">The span that it follows from; empty for none.</param>
/// <param name="Tags">What is said of it.</param>
/// <param name="Events">What happened meanwhile.</param>
internal sealed record CollectedSpan(string Host, string Name, string Trace, string Id, string Parent, IReadOnlyDictionary<string, string> Tags, IReadOnlyList<string> Events)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Host}: {Name} {Trace} {Id} {Parent} {string.Join(' ', Tags.Select(tag => $"{tag.Key}={tag.Value}"))}";
}
