using System.Diagnostics;
using System.Globalization;
using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using TrainingDoctor.Tests.Live;
using static Microsoft.Playwright.Assertions;

namespace TrainingDoctor.Tests.Browser;

/// <summary>The page that runs are watched on, in a real browser, served by the real program.</summary>
[Trait("Speed", "Slow")]
public sealed class LivePageTests(ChromiumBrowser browser) : IClassFixture<ChromiumBrowser>, IDisposable
{
    private static readonly LocatorAssertionsToBeVisibleOptions Patiently = new() { Timeout = 30_000 };

    private readonly HttpClient _http = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("traindoctor").FullName;

    [BrowserFact]
    public async Task RunsAppearWithTheirReportAndNothingIsComplainedAbout()
    {
        await using var host = await StartAsync();
        await using var opened = await browser.VisitAsync(host.Address);
        var page = opened.Page;
        await Expect(page.Locator("#empty")).ToBeVisibleAsync(Patiently);

        await PushAsync(host, "healthy", 0, TelemetryLines.Of("a healthy run", layers: 4));
        await PushAsync(host, "broken", 0, TelemetryLines.Of("a broken run", illFrom: 20, layers: 4));

        await Expect(Run(page, "a healthy run")).ToBeVisibleAsync(Patiently);
        await Run(page, "a broken run").ClickAsync(new() { Timeout = 30_000 });
        await Expect(page.Locator("#findings")).ToContainTextAsync("a broken run: TD4001", new() { Timeout = 30_000 });
        var report = Report(page);
        await Expect(report.Locator(".finding.primary")).ToContainTextAsync("NaN", new() { Timeout = 30_000 });
        await Expect(report.Locator(".plot path.line").First).ToBeAttachedAsync(new() { Timeout = 30_000 });
        await Expect(report.Locator("figure.heat").First).ToBeVisibleAsync(Patiently);
        await Expect(page.Locator("#summary")).ToHaveTextAsync("2 runs, 1 ill", new() { Timeout = 30_000 });
        Assert.Empty(opened.Complaints);
        Assert.All(opened.Requests, request => Assert.StartsWith(host.Address, request, StringComparison.Ordinal));
    }

    [BrowserFact]
    public async Task TwoRunsAreComparedInATab()
    {
        await using var host = await StartAsync();
        await PushAsync(host, "good", 0, TelemetryLines.Of("the good one", layers: 2));
        await PushAsync(host, "bad", 0, TelemetryLines.Of("the bad one", illFrom: 20, layers: 2));
        await using var opened = await browser.VisitAsync(host.Address);
        var page = opened.Page;
        await Run(page, "the bad one").ClickAsync(new() { Timeout = 30_000 });

        await page.GetByRole(AriaRole.Tab, new() { Name = "Compare" }).ClickAsync(new() { Timeout = 30_000 });

        await Expect(page.Locator("#good")).ToHaveValueAsync("good", new() { Timeout = 30_000 });
        await Expect(Report(page).Locator("h1")).ToContainTextAsync("They part at step 20 in the loss", new() { Timeout = 30_000 });
        await Expect(Report(page).Locator(".plot path.line")).ToHaveCountAsync(2, new() { Timeout = 30_000 });
        await page.GetByRole(AriaRole.Tab, new() { Name = "Report" }).ClickAsync();
        await Expect(Report(page).Locator(".finding.primary")).ToContainTextAsync("NaN", new() { Timeout = 30_000 });
        Assert.Empty(opened.Complaints);
    }

    [BrowserFact]
    public async Task AllRunsStandInATableWhoseRowsLeadToTheirReports()
    {
        await using var host = await StartAsync();
        await PushAsync(host, "good", 0, TelemetryLines.Of("the good one", layers: 2));
        await PushAsync(host, "bad", 0, TelemetryLines.Of("the bad one", illFrom: 20, layers: 2));
        await using var opened = await browser.VisitAsync(host.Address);
        var page = opened.Page;
        await Expect(Run(page, "the good one").Locator(".spark path").Last).ToBeVisibleAsync(Patiently);

        await page.GetByRole(AriaRole.Tab, new() { Name = "All runs" }).ClickAsync(new() { Timeout = 30_000 });
        var table = Report(page);
        await Expect(table.Locator("tbody tr")).ToHaveCountAsync(2, new() { Timeout = 30_000 });
        await table.Locator(".pick input").Nth(0).CheckAsync();
        await table.Locator(".pick input").Nth(1).CheckAsync();
        await Expect(table.Locator("#legend li")).ToHaveCountAsync(2);
        await table.Locator("a", new() { HasTextString = "the bad one" }).ClickAsync();

        await Expect(Report(page).Locator(".finding.primary")).ToContainTextAsync("NaN", new() { Timeout = 30_000 });
        await Expect(Report(page).Locator("h1")).ToContainTextAsync("NaN");
        Assert.Empty(opened.Complaints);
    }

    /// <summary>A log that cannot be read is seen beside those that can, and leaves when it can.</summary>
    [BrowserFact]
    public async Task LogsThatCannotBeReadAreListedWithTheReason()
    {
        string lost = Path.Combine(_folder, "lost.csv");
        await File.WriteAllTextAsync(lost, "a,b\nred,blue\n");
        await using var host = await HostProcess.StartAsync(_folder, ["watch", lost, "--serve", "http://127.0.0.1:0", "--interval", "0.2"]);
        await using var opened = await browser.VisitAsync(host.Address);
        var page = opened.Page;

        await Expect(page.Locator("#lost")).ToBeVisibleAsync(Patiently);
        await page.Locator("#lost summary").ClickAsync();
        await Expect(page.Locator("#unread li .name")).ToHaveTextAsync(lost);
        await Expect(page.Locator("#unread li .worst")).ToContainTextAsync("no number");
        Assert.Contains("unreadable", await _http.GetStringAsync(new Uri(new Uri(host.Address), "/runs")), StringComparison.Ordinal);

        await File.WriteAllLinesAsync(lost, ["step,loss", .. Enumerable.Range(0, 30).Select(step => FormattableString.Invariant($"{step},{3 - (0.05 * step)}"))]);
        await Expect(page.Locator("#lost")).ToBeHiddenAsync(new() { Timeout = 30_000 });
        await Expect(Run(page, "lost")).ToBeVisibleAsync(Patiently);
        Assert.Empty(opened.Complaints);
    }

    [BrowserFact]
    public async Task TheThemeHoldsForPageAndReport()
    {
        await using var host = await StartAsync();
        await PushAsync(host, "a", 0, TelemetryLines.Of("one", layers: 2));
        await using var opened = await browser.VisitAsync(host.Address);
        var page = opened.Page;
        await Expect(Report(page).Locator("h1")).ToBeVisibleAsync(Patiently);
        await Expect(Report(page).Locator(".bar")).ToBeHiddenAsync();

        await page.Locator("#theme").ClickAsync();

        await Expect(Report(page).Locator("html")).ToHaveAttributeAsync("data-theme", "dark", new() { Timeout = 30_000 });
        await page.ReloadAsync();
        await Expect(page.Locator("html")).ToHaveAttributeAsync("data-theme", "dark");
        Assert.Empty(opened.Complaints);
    }

    /// <summary>From the sending of a step to its being seen on the page: two seconds at most. The middle of five, so that one hiccup of the machine is none of ours.</summary>
    [BrowserFact]
    public async Task AStepIsSeenWithinTwoSeconds()
    {
        await using var host = await StartAsync();
        await using var opened = await browser.VisitAsync(host.Address);
        string[] lines = TelemetryLines.Of("live", steps: 200, layers: 20);
        await PushAsync(host, "a", 0, lines[..10]);
        await Expect(Run(opened.Page, "live")).ToBeVisibleAsync(Patiently);
        var times = new List<double>();
        for (int line = 10; line < 60; line += 10)
        {
            long sent = Stopwatch.GetTimestamp();
            await PushAsync(host, "a", line, lines[line..(line + 10)]);
            await Expect(Run(opened.Page, "live")).ToContainTextAsync(FormattableString.Invariant($"step {line + 8} "), new() { Timeout = 30_000 });
            times.Add(Stopwatch.GetElapsedTime(sent).TotalSeconds);
        }

        Assert.True(times.Order().ElementAt(2) < 2, string.Join(", ", times.Select(time => time.ToString("F2", CultureInfo.InvariantCulture))));
    }

    [BrowserFact]
    public async Task TheReaderStaysWhereTheReaderIs()
    {
        await using var host = await StartAsync();
        await using var opened = await browser.VisitAsync(host.Address);
        string[] lines = TelemetryLines.Of("long", steps: 200, layers: 20);
        await PushAsync(host, "a", 0, lines[..50]);
        var page = opened.Page;
        await Expect(Report(page).Locator("figure.heat").First).ToBeVisibleAsync(Patiently);
        await Report(page).Locator("details").First.EvaluateAsync("details => { details.open = true; }");
        await Report(page).Locator("#zoom-in").EvaluateAsync("button => button.click()");
        await Report(page).Locator("html").EvaluateAsync("page => { page.style.scrollBehavior = 'auto'; page.scrollTop = 300; }");

        await PushAsync(host, "a", 50, lines[50..150]);

        await Expect(Report(page).Locator("body")).ToContainTextAsync("149 steps", new() { Timeout = 30_000 });
        Assert.Equal(300, await Report(page).Locator("html").EvaluateAsync<double>("page => page.scrollTop"));
        Assert.True(await Report(page).Locator("details").First.EvaluateAsync<bool>("details => details.open"));
        await Expect(Report(page).Locator("#zoom-all")).ToBeEnabledAsync();
    }

    [BrowserFact]
    public async Task APageFindsAHostAgainThatWasKilled()
    {
        await using var first = await HostProcess.StartAsync(_folder, ["attach", "--listen", FormattableString.Invariant($"http://127.0.0.1:{FreePort.Next()}"), "--record", "runs"]);
        await using var opened = await browser.VisitAsync(first.Address);
        string[] lines = TelemetryLines.Of("survivor", illFrom: 30);
        await PushAsync(first, "a", 0, lines[..20]);
        await Expect(Run(opened.Page, "survivor")).ToBeVisibleAsync(Patiently);

        await first.KillAsync();
        await Expect(opened.Page.Locator("#link")).ToContainTextAsync("lost", new() { Timeout = 30_000 });
        await using var second = await HostProcess.StartAsync(_folder, ["attach", "--listen", first.Address, "--record", "runs"]);
        await PushAsync(second, "a", 20, lines[20..]);

        await Expect(opened.Page.Locator("#link")).ToHaveTextAsync("live", new() { Timeout = 60_000 });
        await Expect(Run(opened.Page, "survivor")).ToContainTextAsync("TD4001", new() { Timeout = 30_000 });
        await Expect(Report(opened.Page).Locator(".finding.primary")).ToContainTextAsync("NaN", new() { Timeout = 30_000 });
        Assert.Equal(1, await opened.Page.Locator("#runs li").CountAsync());
    }

    [BrowserTheory]
    [InlineData("<img src=x onerror=alert(1)>")]
    [InlineData("\"><script>alert(1)</script>")]
    [InlineData("javascript:alert(1)")]
    [InlineData("</title></iframe><h1>owned</h1>")]
    public async Task HostileNamesAreInert(string name)
    {
        await using var host = await StartAsync();
        await using var opened = await browser.VisitAsync(host.Address);

        await PushAsync(host, "a", 0, TelemetryLines.Of(name, illFrom: 5));

        await Expect(Run(opened.Page, name)).ToBeVisibleAsync(Patiently);
        await Expect(opened.Page.Locator("#findings")).ToContainTextAsync(name, new() { Timeout = 30_000 });
        await Expect(Report(opened.Page).Locator("body")).ToContainTextAsync(name, new() { Timeout = 30_000 });
        Assert.Equal(0, await opened.Page.Locator("#panes img, #panes script").CountAsync());
        Assert.Empty(opened.Complaints);
    }

    [BrowserFact]
    public async Task AHostWithATokenAsksForItOnce()
    {
        const string Token = "open/sesame & no #1";
        await using var host = await HostProcess.StartAsync(_folder, ["attach", "--listen", "http://127.0.0.1:0"], new Dictionary<string, string> { ["TRAINDOCTOR_TOKEN"] = Token });
        _http.DefaultRequestHeaders.Authorization = new("Bearer", Token);
        await PushAsync(host, "a", 0, TelemetryLines.Of("guarded", illFrom: 5));
        await using var opened = await browser.VisitAsync(host.Address);
        var page = opened.Page;
        await Expect(page.Locator("#sign-in")).ToBeVisibleAsync(Patiently);

        await page.Locator("#token").FillAsync("wrong");
        await page.Locator("#sign-in button").ClickAsync();
        await Expect(page.Locator("#refused")).ToHaveTextAsync("This is not the token.", new() { Timeout = 30_000 });
        await page.Locator("#token").FillAsync(Token);
        await page.Locator("#sign-in button").ClickAsync();

        await Expect(Report(page).Locator(".finding.primary")).ToContainTextAsync("NaN", new() { Timeout = 30_000 });
        await Expect(page.Locator("#sign-in")).ToBeHiddenAsync();
        Assert.Equal(string.Empty, await page.EvaluateAsync<string>("document.cookie"));

        await using var byAddress = await browser.VisitAsync($"{host.Address}/#token={Uri.EscapeDataString(Token)}");
        await Expect(Run(byAddress.Page, "guarded")).ToBeVisibleAsync(Patiently);
        Assert.DoesNotContain("token", byAddress.Page.Url, StringComparison.Ordinal);
    }

    /// <summary>Two hundred runs of thousands of steps: the page answers while they all change.</summary>
    [BrowserFact]
    public async Task ManyRunsWithThousandsOfPointsDoNotHoldThePageUp()
    {
        await using var host = await StartAsync();
        await using var opened = await browser.VisitAsync(host.Address);
        string[][] runs = [.. Enumerable.Range(0, 200).Select(run => TelemetryLines.Of(FormattableString.Invariant($"run {run:000}"), steps: run == 0 ? 5000 : 50))];
        await Parallel.ForEachAsync(runs.Index(), async (run, _) => await PushAsync(host, FormattableString.Invariant($"r{run.Index}"), 0, run.Item[..^1]));
        var page = opened.Page;
        await Expect(page.Locator("#runs li")).ToHaveCountAsync(200, new() { Timeout = 60_000 });

        await page.Locator("#filter").FillAsync("run 000");
        await Expect(page.Locator("#runs li")).ToHaveCountAsync(1, new() { Timeout = 30_000 });
        await Run(page, "run 000").ClickAsync();
        await Expect(Report(page).Locator(".plot path.line").First).ToBeAttachedAsync(new() { Timeout = 30_000 });

        // The longest time that the page did not draw, while the long run goes on changing: the middle of five, as above.
        await page.EvaluateAsync("""
            () => {
              window.longest = 0;
              let last = performance.now();
              const tick = (now) => { window.longest = Math.max(window.longest, now - last); last = now; requestAnimationFrame(tick); };
              requestAnimationFrame(tick);
            }
            """);
        string last = runs[0][^2];
        var longest = new List<double>();
        for (int step = 5000; step < 5005; step++)
        {
            await PushAsync(host, "r0", step + 1, [last.Replace("\"step\":4999", FormattableString.Invariant($"\"step\":{step}"), StringComparison.Ordinal)]);
            await Expect(Run(page, "run 000")).ToContainTextAsync(FormattableString.Invariant($"step {step} "), new() { Timeout = 30_000 });
            longest.Add(await page.EvaluateAsync<double>("() => { const was = window.longest; window.longest = 0; return was; }"));
        }

        Assert.True(longest.Order().ElementAt(2) < 1000, string.Join(", ", longest.Select(time => time.ToString("F0", CultureInfo.InvariantCulture))));
    }

    [BrowserTheory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task ThePageIsAccessible(ColorScheme scheme)
    {
        await using var host = await StartAsync();
        await PushAsync(host, "a", 0, TelemetryLines.Of("ill", illFrom: 5));
        await PushAsync(host, "b", 0, TelemetryLines.Of("healthy"));
        await using var opened = await browser.VisitAsync(host.Address, scheme);
        await Expect(Report(opened.Page).Locator("h1")).ToBeVisibleAsync(Patiently);

        var result = await opened.Page.RunAxe();

        Assert.Empty(result.Violations.Select(violation => $"{violation.Id}: {string.Join("; ", violation.Nodes.Select(node => node.Html))}"));
    }

    public void Dispose()
    {
        _http.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static ILocator Run(IPage page, string name) => page.Locator("#runs button", new() { Has = page.GetByText(name, new() { Exact = true }) });

    private static IFrameLocator Report(IPage page) => page.FrameLocator("#report iframe:not(.next)");

    private Task<HostProcess> StartAsync(params string[] further) => HostProcess.StartAsync(_folder, ["attach", "--listen", "http://127.0.0.1:0", .. further]);

    private async Task PushAsync(HostProcess host, string id, long firstLine, string[] lines)
    {
        using var request = TelemetryLines.Push(host.Address, id, firstLine, TelemetryLines.Body(lines));
        using var response = await _http.SendAsync(request);
        response.EnsureSuccessStatusCode();
    }
}
