/// This version of RAMKit, as it says of itself in files and on the command line.
package let ramkitVersion = "0.1.0"
