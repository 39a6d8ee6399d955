using System.CommandLine;

namespace TrainingDoctor.Host.Commands;

/// <summary>One command of <c>traindoctor</c>: its words and what it does.</summary>
internal interface ICommandDefinition
{
    /// <summary>Makes the command with its arguments, options and action.</summary>
    Command Create();
}
