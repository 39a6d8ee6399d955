using System.Globalization;
using System.IO.Compression;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace TrainingDoctor.Tests.Telemetry.Push;

/// <summary>A host that takes telemetry as the protocol says, and that can be told to misbehave.</summary>
internal sealed class PushHost : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly List<(int Lines, TaskCompletionSource Reached)> _waiting = [];
    private WebApplication? _app;

    private PushHost()
    {
    }

    /// <summary>Gets the address, the same after a restart.</summary>
    public string Address { get; private set; } = "http://127.0.0.1:0";

    /// <summary>Gets or sets what sees a request first; it returns true when it has answered.</summary>
    public Func<HttpContext, Task<bool>>? Intercept { get; set; }

    /// <summary>Gets or sets how many bytes a body may have.</summary>
    public int MostBytes { get; set; } = 8 << 20;

    /// <summary>Gets the lines by their index.</summary>
    public SortedDictionary<long, string> Lines { get; } = [];

    /// <summary>Gets the first line of each body that came, duplicates included.</summary>
    public List<long> Bodies { get; } = [];

    public List<string> Encodings { get; } = [];

    public List<string> Authorizations { get; } = [];

    public string? Name { get; private set; }

    public long NextLine => Lines.Count == 0 ? 0 : Lines.Keys.Last() + 1;

    public static async Task<PushHost> StartAsync()
    {
        var host = new PushHost();
        await host.ComeBackAsync();
        return host;
    }

    /// <summary>Starts to listen, with the state that is there.</summary>
    public async Task ComeBackAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        _app = builder.Build();
        _app.Urls.Add(Address);
        _app.Run(AnswerAsync);
        await _app.StartAsync();
        Address = _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
    }

    /// <summary>Stops to listen; the state stays.</summary>
    public async Task GoAwayAsync()
    {
        if (_app is { } app)
        {
            _app = null;
            await app.StopAsync();
            await app.DisposeAsync();
        }
    }

    public void Forget()
    {
        lock (_gate)
        {
            Lines.Clear();
        }
    }

    /// <summary>Waits until so many lines have come.</summary>
    public Task ReachAsync(int lines)
    {
        lock (_gate)
        {
            if (Lines.Count >= lines)
            {
                return Task.CompletedTask;
            }

            var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Add((lines, reached));
            return reached.Task;
        }
    }

    /// <summary>Takes the lines of a body.</summary>
    public void Take(long first, string body)
    {
        lock (_gate)
        {
            Bodies.Add(first);
            string[] lines = body.Split('\n')[..^1];
            for (int i = 0; i < lines.Length; i++)
            {
                if (first + i >= NextLine)
                {
                    Lines.Add(first + i, lines[i]);
                }
            }

            foreach (var (_, reached) in _waiting.Where(waiting => Lines.Count >= waiting.Lines))
            {
                reached.TrySetResult();
            }
        }
    }

    public static long FirstLine(HttpContext context) => long.Parse(context.Request.Headers["X-First-Line"]!, CultureInfo.InvariantCulture);

    public static async Task<string> BodyAsync(HttpContext context)
    {
        Stream stream = context.Request.Body;
        if (context.Request.Headers.ContentEncoding == "gzip")
        {
            stream = new GZipStream(stream, CompressionMode.Decompress);
        }

        using var reader = new StreamReader(stream, Encoding.UTF8);
        return await reader.ReadToEndAsync();
    }

    public async ValueTask DisposeAsync() => await GoAwayAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        Authorizations.Add(context.Request.Headers.Authorization.ToString());
        if (Intercept is { } intercept && await intercept(context))
        {
            return;
        }

        Name = context.Request.Query["name"];
        if (context.Request.Method == "POST")
        {
            Encodings.Add(context.Request.Headers.ContentEncoding.ToString());
            string body = await BodyAsync(context);
            if (body.Length > MostBytes)
            {
                context.Response.StatusCode = 413;
                return;
            }

            if (NextLine > 0 || FirstLine(context) == 0)
            {
                Take(FirstLine(context), body);
            }

            context.Response.StatusCode = 202;
        }
        else if (NextLine == 0)
        {
            context.Response.StatusCode = 404;
            return;
        }

        await context.Response.WriteAsync(string.Create(CultureInfo.InvariantCulture, $"{{\"nextLine\":{NextLine}}}"));
    }
}
