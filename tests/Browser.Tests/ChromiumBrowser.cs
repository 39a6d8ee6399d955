using Microsoft.Playwright;
using TrainingDoctor.Reports;

namespace TrainingDoctor.Tests.Browser;

/// <summary>One browser for all tests; each test has a page of its own, cut off from the network.</summary>
public sealed class ChromiumBrowser : IAsyncLifetime
{
    private static readonly string[] Candidates = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

    // Without the flags about the network, Chromium calls home at every start.
    private static readonly string[] Arguments =
        ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

    private readonly string _folder = Directory.CreateTempSubdirectory("training-doctor-browser-").FullName;
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    /// <summary>Gets the browser's program; null when there is none.</summary>
    public static string? Executable { get; } = TestEnvironment.Read("BROWSER") is { Length: > 0 } named ? named : Array.Find(Candidates, File.Exists);

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        if (Executable is null && TestEnvironment.Read("REQUIRE_BROWSER") != "1")
        {
            return;
        }

        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = Executable, Args = Arguments });
    }

    /// <inheritdoc/>
    public async Task DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Opens a report.</summary>
    internal async Task<OpenPage> OpenAsync(DiagnosisReport report, ColorScheme scheme = ColorScheme.Light, int width = 1200, int height = 900, ReportLanguage? language = null, bool hasScript = true, bool hasTouch = false, string? begin = null)
    {
        string path = Path.Combine(_folder, $"{Guid.NewGuid():N}.html");
        report.WriteTo(new HtmlReportExporter(language), path);
        return await VisitAsync(new Uri(path).AbsoluteUri, scheme, width, height, hasScript, hasTouch, begin);
    }

    /// <summary>Opens an address; what is to begin with runs before the page's own script.</summary>
    internal async Task<OpenPage> VisitAsync(string address, ColorScheme scheme = ColorScheme.Light, int width = 1200, int height = 900, bool hasScript = true, bool hasTouch = false, string? begin = null)
    {
        var context = await _browser!.NewContextAsync(new BrowserNewContextOptions
        {
            ColorScheme = scheme,
            JavaScriptEnabled = hasScript,
            HasTouch = hasTouch,
            IsMobile = hasTouch,
            ViewportSize = new ViewportSize { Width = width, Height = height },
            Permissions = ["clipboard-read", "clipboard-write"],
        });
        var page = await context.NewPageAsync();
        if (begin is not null)
        {
            await page.AddInitScriptAsync(begin);
        }

        var opened = new OpenPage(page, address);
        await page.GotoAsync(opened.Address);
        return opened;
    }
}

/// <summary>A page, with everything it asked for or complained about.</summary>
internal sealed class OpenPage : IAsyncDisposable
{
    public OpenPage(IPage page, string address)
    {
        Page = page;
        Address = address;
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
            {
                Complaints.Add(message.Text);
            }
        };
        page.PageError += (_, error) => Complaints.Add(error);
        page.Request += (_, request) => Requests.Add(request.Url);
        page.Dialog += async (_, dialog) =>
        {
            Complaints.Add($"dialog: {dialog.Message}");
            await dialog.DismissAsync();
        };
    }

    public IPage Page { get; }

    public string Address { get; }

    public List<string> Complaints { get; } = [];

    public List<string> Requests { get; } = [];

    public async ValueTask DisposeAsync() => await Page.Context.DisposeAsync();
}
