using System.CommandLine;
using System.CommandLine.Parsing;
using TrainingDoctor.Host.Arguments;
using TrainingDoctor.Host.Demo;
using TrainingDoctor.Host.Shell;

namespace TrainingDoctor.Host.Commands;

/// <summary><c>traindoctor cure [NAME]</c>: a demo, then its remedies tried; <c>traindoctor cure [options] -- COMMAND...</c>: the same for any program that trains.</summary>
internal sealed class CureCommand(DemoCure demos, ForeignCureRun programs) : ICommandDefinition
{
    private readonly Argument<string[]> _words = new("name or command")
    {
        HelpName = "NAME | -- COMMAND",
        Description = $"A demo ({string.Join(", ", DemoCatalog.Names)}), or behind -- the command that trains, with its arguments.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private readonly CureArguments _trials = new();

    public Command Create()
    {
        var command = new Command("cure", "Run a training, try the prescribed remedies on it, and show before and after: a command's (cure [options] -- python3 train.py --lr 0.1) or a demo's (cure dead-relu). "
            + "Reports, logs and all that trials write go into traindoctor-cure.") { _words };
        _trials.AddTo(command);
        var reporting = new ReportArguments(command, defaultFailOn: "never");
        command.SetAction((parsed, cancellation) => RunAsync(parsed, reporting, cancellation));
        return command;
    }

    private Task<int> RunAsync(ParseResult parsed, ReportArguments reporting, CancellationToken cancellation)
    {
        string[] words = parsed.GetValue(_words) ?? [];
        int dashes = parsed.Tokens.TakeWhile(token => token.Type != TokenType.DoubleDash).Count();
        int behind = Math.Max(0, parsed.Tokens.Count - dashes - 1);
        if (dashes == parsed.Tokens.Count)
        {
            return words.Length > 1 ? throw new UsageException($"cure: '{words[1]}' is one word too many; expected one demo, or -- before a command: traindoctor cure -- {string.Join(' ', words)}")
                : _trials.Given(parsed).FirstOrDefault() is { } option ? throw new UsageException($"{option}: expected a command behind --: traindoctor cure {option} ... -- COMMAND")
                : demos.RunAsync(DemoCatalog.Find(words is [var name] ? name : DemoCatalog.Default), reporting.Read(parsed), cancellation);
        }

        return behind == 0 ? throw new UsageException("cure: expected a command behind --, e.g. traindoctor cure -- python3 train.py")
            : words.Length > behind ? throw new UsageException($"cure: '{words[0]}' stands before --; expected either a demo or a command.")
            : programs.RunAsync(parsed, _trials, words, reporting.Read(parsed), cancellation);
    }
}
