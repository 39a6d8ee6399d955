using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using TrainingDoctor.Tests.Reports;

namespace TrainingDoctor.Tests.Browser;

[Trait("Speed", "Slow")]
public sealed class HtmlReportTests(ChromiumBrowser browser) : IClassFixture<ChromiumBrowser>
{
    [BrowserFact]
    public async Task NothingIsComplainedAboutAndNoRequestLeavesTheFile()
    {
        foreach (var report in SampleRun.All())
        {
            await using var opened = await browser.OpenAsync(report);
            await opened.Page.EvaluateAsync("document.querySelectorAll('details').forEach(d => d.open = true)");

            Assert.Empty(opened.Complaints);
            Assert.Equal([opened.Address], opened.Requests);
        }
    }

    [BrowserFact]
    public async Task DarkFollowsTheSystemAndCanBeSwitched()
    {
        await using var light = await browser.OpenAsync(SampleRun.Ill());
        await using var dark = await browser.OpenAsync(SampleRun.Ill(), ColorScheme.Dark);
        string bright = await Background(light.Page);
        string dim = await Background(dark.Page);
        Assert.NotEqual(bright, dim);

        await dark.Page.Locator("#theme").ClickAsync();
        Assert.Equal(bright, await Background(dark.Page));

        static Task<string> Background(IPage page) => page.EvaluateAsync<string>("getComputedStyle(document.body).backgroundColor");
    }

    [BrowserFact]
    public async Task ThePageCanBeUsedWithTheKeyboardAlone()
    {
        await using var opened = await browser.OpenAsync(SampleRun.Ill());
        await opened.Page.Keyboard.PressAsync("Tab");
        Assert.Equal("skip", await opened.Page.EvaluateAsync<string>("document.activeElement.className"));

        var seen = new List<string>();
        for (int i = 0; i < 80 && !seen.Any(name => name.StartsWith("plot", StringComparison.Ordinal)); i++)
        {
            await opened.Page.Keyboard.PressAsync("Tab");
            seen.Add(await opened.Page.EvaluateAsync<string>("document.activeElement.className?.baseVal ?? document.activeElement.className"));
        }

        Assert.StartsWith("plot", seen[^1], StringComparison.Ordinal);
        await opened.Page.Keyboard.PressAsync("ArrowRight");
        string first = await Readout("training loss");
        await opened.Page.Keyboard.PressAsync("End");
        string last = await Readout("step 299");
        Assert.NotEqual(first, last);

        // The readout follows the key when the page is drawn next.
        async Task<string> Readout(string expected)
        {
            const string Text = "document.activeElement.parentElement.querySelector('.readout').textContent";
            await opened.Page.WaitForFunctionAsync($"expected => {Text}.includes(expected)", expected);
            return await opened.Page.EvaluateAsync<string>(Text);
        }
    }

    [BrowserFact]
    public async Task CodeIsCopied()
    {
        await using var opened = await browser.OpenAsync(SampleRun.Ill());
        await opened.Page.EvaluateAsync("document.querySelectorAll('details').forEach(d => d.open = true)");
        var button = opened.Page.Locator("article:has-text('TD4999') button.copy").First;
        await button.ClickAsync();
        await Assertions.Expect(button).ToHaveTextAsync("Copied");

        Assert.Contains("clip_grad_norm_", await opened.Page.EvaluateAsync<string>("navigator.clipboard.readText()"), StringComparison.Ordinal);
    }

    [BrowserFact]
    public async Task NoSeriousViolationOfAccessibility()
    {
        foreach (var scheme in new[] { ColorScheme.Light, ColorScheme.Dark })
        {
            foreach (var report in new[] { SampleRun.Tried(), SampleRun.Healthy() })
            {
                await using var opened = await browser.OpenAsync(report, scheme);
                await opened.Page.EvaluateAsync("document.querySelectorAll('details').forEach(d => d.open = true)");

                var result = await opened.Page.RunAxe(new AxeRunOptions { ResultTypes = [ResultType.Violations] });

                var serious = result.Violations.Where(violation => violation.Impact is "serious" or "critical").ToList();
                Assert.True(serious.Count == 0, string.Join("\n", serious.Select(v => $"{scheme} {v.Id}: {v.Help} – {string.Join(" | ", v.Nodes.Take(3).Select(node => node.Html))}")));
            }
        }
    }

    [BrowserFact]
    public async Task HostileNamesAreInert()
    {
        const string Layer = "</script><script>window.owned=1</script><img src=x onerror=\"window.owned=1\">";
        await using var opened = await browser.OpenAsync(SampleRun.Ill(layer: Layer, name: "<svg onload=window.owned=1>' onmouseover='window.owned=1"));

        Assert.Empty(opened.Complaints);
        Assert.Equal([opened.Address], opened.Requests);
        Assert.False(await opened.Page.EvaluateAsync<bool>("'owned' in window"));
        Assert.Equal(0, await opened.Page.Locator("img").CountAsync());
        Assert.Equal("<svg onload=window.owned=1>' onmouseover='window.owned=1", await opened.Page.Locator(".run-name").TextContentAsync());
        Assert.Contains(Layer, await opened.Page.Locator(".layers code").AllTextContentsAsync());
    }

    [BrowserFact]
    public async Task ThePolicyStopsScriptsThatAreNotOurs()
    {
        await using var opened = await browser.OpenAsync(SampleRun.Ill());
        await opened.Page.EvaluateAsync("() => { const s = document.createElement('script'); s.textContent = 'window.owned = 1'; document.body.append(s); }");

        Assert.False(await opened.Page.EvaluateAsync<bool>("'owned' in window"));
        Assert.Contains(opened.Complaints, complaint => complaint.Contains("Content Security Policy", StringComparison.Ordinal));
    }

    /// <summary>How long that takes is measured in benchmarks/Pages; what a browser has to do for it is held here.</summary>
    [BrowserFact]
    public async Task OfAHundredLayersAndTenThousandStepsOnlyTheChartsInSightAreDrawn()
    {
        await using var opened = await browser.OpenAsync(SampleRun.Ill(layers: 100, steps: 10_000));
        var charts = opened.Page.Locator("figure:has(.plot)");
        Assert.InRange(await charts.CountAsync(), 10, 100);
        Assert.InRange(await opened.Page.EvaluateAsync<int>("document.querySelectorAll('*').length"), 1000, 8000);

        await charts.First.ScrollIntoViewIfNeededAsync();
        await Assertions.Expect(charts.First.Locator("canvas")).ToBeVisibleAsync();
        Assert.Equal(0, await charts.Last.Locator("canvas").CountAsync());

        // The rest waits for somebody who looks.
        await charts.Last.ScrollIntoViewIfNeededAsync();
        await Assertions.Expect(charts.Last.Locator("canvas")).ToBeVisibleAsync();
    }

    [BrowserFact]
    public async Task NothingOverflowsOnATelephone()
    {
        await using var opened = await browser.OpenAsync(SampleRun.Ill(layer: new string('x', 300)), width: 390, height: 800);

        Assert.True(await opened.Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= document.documentElement.clientWidth"));
    }
}
